// SPDX-License-Identifier: Apache-2.0
// Which tensor holds which bytes of the scratchpad while which layer runs.
const tensorColors = 6;

function scratchpadRows(report) {
  const windows = layerWindows(report);
  return report.scratchpad.tensors.map((tensor, at) => ({
                                         ...tensor,
                                         label: tensor.made_by === null ? "in" : String(tensor.made_by),
                                         color: `var(--tensor-${(at % tensorColors) + 1})`,
                                         from: windows[tensor.first_layer].from,
                                         to: windows[tensor.last_layer].to,
                                         bytes: tensor.ranges.reduce((sum, [begin, end]) => sum + end - begin, 0),
                                       }));
}

function scratchpadSection(report, selection) {
  const pad = report.scratchpad;
  const rows = scratchpadRows(report);
  const blocks = rows.flatMap(
    (row) => row.ranges.map(
      ([begin, end]) => ({
        key: row.made_by === null ? undefined : row.made_by,
        first: row.first_layer,
        last: row.last_layer,
        label: row.label,
        color: row.color,
        from: row.from,
        to: row.to,
        begin,
        end,
        text: `${row.made_by === null ? "network input" : `output of layer ${row.made_by}`} (${row.name}): bytes ${
          hexadecimal(begin)} to ${hexadecimal(end)}, layers ${row.first_layer} to ${row.last_layer}`
      })));
  const windows = layerWindows(report).filter((window) => window.to > window.from);
  const bank = pad.bytes / pad.banks;
  const banks = Array.from({length: pad.banks}, (_, at) => at * bank);
  const spec = (width) => {
    const height = narrow(width) ? 300 : 380;
    const roomy = blocks.filter(
      (block) => ((block.to - block.from) / report.cycles) * (width - 70) > 9 * block.label.length + 4 &&
        ((block.end - block.begin) / pad.bytes) * height > 11);
    return {
      height,
      data: [
        {name: "blocks", values: blocks}, {name: "labels", values: roomy}, {name: "banks", values: banks},
        {name: "windows", values: windows.map(({from, to, layer}) => ({key: layer.index, from, to}))}
      ],
      scales: [
        {name: "x", type: "linear", range: "width", domain: [0, report.cycles], nice: false},
        {name: "y", type: "linear", range: "height", domain: [0, pad.bytes], nice: false}
      ],
      axes: [
        {orient: "bottom", scale: "x", title: "cycle of the run", tickCount: narrow(width) ? 3 : 8, format: ",~f"}, {
          orient: "left",
          scale: "y",
          title: "address in the scratchpad (KiB)",
          values: pad.banks <= 8 ? [...banks, pad.bytes]
                                 : [0, pad.bytes / 4, pad.bytes / 2, (3 * pad.bytes) / 4, pad.bytes],
          encode: {labels: {update: {text: {signal: "format(datum.value / 1024, '~r')"}}}}
        }
      ],
      marks: [
        backdrop({
          type: "rect",
          name: "chosen-window-marks",
          from: {data: "windows"},
          encode: {
            enter: {
              x: {scale: "x", field: "from"},
              x2: {scale: "x", field: "to"},
              y: {value: 0},
              y2: {signal: "height"},
              fill: {value: "var(--chosen)"}
            },
            update: {fillOpacity: [{test: "datum.key === chosen", value: 1}, {value: 0}]}
          }
        }),
        backdrop({
          type: "rule",
          name: "windows-marks",
          from: {data: "windows"},
          encode: {enter: {x: {scale: "x", field: "to"}, y: {value: 0}, y2: {signal: "height"}, stroke: {value: faint}}}
        }),
        backdrop({
          type: "rule",
          name: "banks-marks",
          from: {data: "banks"},
          encode: {
            enter: {
              y: {scale: "y", field: "data"},
              x: {value: 0},
              x2: {signal: "width"},
              stroke: {value: faint},
              strokeDash: {value: [4, 3]}
            }
          }
        }),
        {
          type: "rect",
          name: "blocks-marks",
          from: {data: "blocks"},
          encode: {
            enter: {
              x: {scale: "x", field: "from"},
              x2: {scale: "x", field: "to"},
              y: {scale: "y", field: "end"},
              y2: {scale: "y", field: "begin"},
              fill: {field: "color"},
              stroke: {value: paper},
              strokeWidth: {value: 0.5},
              ...choosable
            },
            update: {
              fillOpacity:
                [{test: "chosen !== null && (chosen < datum.first || datum.last < chosen)", value: 0.3}, {value: 1}]
            }
          }
        },
        label({
          x: {scale: "x", signal: "(datum.from + datum.to) / 2"},
          y: {scale: "y", signal: "(datum.begin + datum.end) / 2"},
          align: {value: "center"},
          baseline: {value: "middle"},
          text: {field: "label"},
          fill: {value: "var(--on-tensor)"},
          fontWeight: {value: 600}
        }, "labels"),
      ],
    };
  };
  const {figure} = chart({
    id: "scratchpad-chart",
    title: "Scratchpad over time: which tensor holds which bytes while which layer runs.",
    spec,
    selection
  });
  return section(
    "scratchpad", "Scratchpad",
    paragraph(
      "Each block is a tensor, named by the layer that makes it, or “in” for the network's input. At most " +
      `${kibibytes(pad.peak_bytes)} of ${kibibytes(pad.bytes)} hold tensors at once. Dashed lines divide the ` +
      `${pad.banks} banks; a tensor whose rows rotate through banks has a block in each. Vertical lines are ends of ` +
      "layers; of a chosen layer the tensors that hold bytes while it runs stand out."),
    figure,
    fold(
      "The same as a table",
      plainTable(
        "Tensors in the scratchpad",
        [
          {name: "made by", of: (r) => (r.made_by === null ? "input" : `layer ${r.made_by}`), text: true},
          {name: "bytes", of: (r) => grouped(r.bytes)}, {name: "layers", of: (r) => `${r.first_layer}–${r.last_layer}`},
          {name: "cycles", of: (r) => `${grouped(r.from)}–${grouped(r.to)}`}, {
            name: "addresses",
            of: (r) => r.ranges.map(([begin, end]) => `${hexadecimal(begin)}–${hexadecimal(end)}`).join(", "),
            text: true
          },
          {name: "tensor", of: (r) => r.name, text: true}
        ],
        rows)));
}
