// SPDX-License-Identifier: Apache-2.0
// Layers on the array under the roof that array and bus put over them.
const operatorKinds = {
  CONV_2D: {name: "convolution", shape: "circle", color: "var(--kind-1)"},
  DEPTHWISE_CONV_2D: {name: "depthwise", shape: "triangle-up", color: "var(--kind-2)"},
  FULLY_CONNECTED: {name: "fully connected", shape: "square", color: "var(--kind-3)"},
};

// The roof of a layer: what it reads and writes at least goes in both directions at once, so the larger one counts.
function rooflinePoints(report) {
  const points = [];
  const without = [];
  for (const layer of timedLayers(report)) {
    const bytes = Math.max(layer.bound.read_bytes, layer.bound.written_bytes);
    if (layer.macs_executed === 0 || layer.cycles === 0 || bytes === 0) {
      without.push(layer);
      continue;
    }
    const intensity = layer.macs_executed / bytes;
    const rate = layer.macs_executed / layer.cycles;
    const roof = Math.min(report.rows * report.cols, report.bus_bytes * intensity);
    const kind = operatorKinds[layer.op] || {name: layer.op, shape: "diamond", color: quiet};
    points.push({
      key: layer.index,
      layer,
      intensity,
      rate,
      roof,
      bytes,
      shape: kind.shape,
      color: kind.color,
      kind: kind.name,
      text: `${layerName(layer)}: ${rounded(intensity)} MACs per byte, ${rounded(rate)} MACs per cycle, ${
        percent(rate / roof)} of the roof`
    });
  }
  return {points, without};
}

// Where points lie on each other, one label for all: "3, 5, 7".
function rooflineLabels(points, place) {
  const groups = [];
  for (const point of points) {
    const [x, y] = place(point);
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < 13);
    if (near)
      near.keys.push(point.key);
    else
      groups.push({x, y, intensity: point.intensity, rate: point.rate, keys: [point.key]});
  }
  return groups.map(
    (group) =>
      ({...group, text: group.keys.length > 4 ? `${group.keys.slice(0, 3).join(", ")}, …` : group.keys.join(", ")}));
}

function rooflineSection(report, selection) {
  const {points, without} = rooflinePoints(report);
  const peak = report.rows * report.cols;
  const ridge = peak / report.bus_bytes;
  const powers = (values, room) =>
    [2 ** Math.floor(Math.log2(Math.min(...values) / 1.3)), 2 ** Math.ceil(Math.log2(Math.max(...values) * room))];
  const xs = powers(
    [...points.map((point) => point.intensity), ridge / 2, ridge * 2], 3);  // labels stand to the right of points
  const ys = powers([...points.map((point) => point.rate), peak / 8, peak], 1.3);
  const corner = [Math.max(xs[0], ys[0] / report.bus_bytes), ridge, xs[1]];
  const roof = corner.map((x) => ({x, y: Math.min(peak, report.bus_bytes * x)}));
  const spec = (width) => {
    const height = narrow(width) ? 260 : 340;
    const across = (value, [from, to], size) => (size * Math.log(value / from)) / Math.log(to / from);
    const labels =
      rooflineLabels(points, (point) => [across(point.intensity, xs, width - 60), across(point.rate, ys, height)]);
    return {
      height,
      data: [
        {name: "roof", values: roof}, {name: "points", values: points.map(({layer, ...rest}) => rest)},
        {name: "labels", values: labels}
      ],
      scales: [
        {name: "x", type: "log", base: 2, range: "width", domain: xs, nice: false},
        {name: "y", type: "log", base: 2, range: "height", domain: ys, nice: false}
      ],
      axes: [
        {
          orient: "bottom",
          scale: "x",
          title: "MACs per byte that must cross the bus (log)",
          grid: true,
          tickCount: narrow(width) ? 5 : 10,
          format: "~r"
        },
        {orient: "left", scale: "y", title: "MACs per cycle (log)", grid: true, tickCount: 8, format: "~r"}
      ],
      marks: [
        {
          type: "line",
          name: "roof-marks",
          from: {data: "roof"},
          encode: {
            enter:
              {x: {scale: "x", field: "x"}, y: {scale: "y", field: "y"}, stroke: {value: ink}, strokeWidth: {value: 2}},
            update: {description: {value: `Roof: ${report.bus_bytes} bytes per cycle, ${peak} MACs per cycle`}}
          }
        },
        label({
          x: {scale: "x", value: ridge},
          y: {scale: "y", value: peak},
          dy: {value: -6},
          align: {value: "center"},
          text: {value: `array: ${grouped(peak)} MACs per cycle`}
        }),
        label({
          x: {scale: "x", value: Math.sqrt(corner[0] * ridge)},
          y: {scale: "y", value: report.bus_bytes * Math.sqrt(corner[0] * ridge)},
          dx: {value: -8},
          dy: {value: -4},
          align: {value: "right"},
          text: {value: narrow(width) ? `bus: ${report.bus_bytes} B` : `bus: ${report.bus_bytes} bytes per cycle`}
        }),
        backdrop({
          type: "rule",
          name: "room-marks",
          from: {data: "points"},
          encode: {
            enter: {
              x: {scale: "x", field: "intensity"},
              y: {scale: "y", field: "rate"},
              y2: {scale: "y", field: "roof"},
              stroke: {field: "color"},
              strokeDash: {value: [2, 2]}
            },
            update: {strokeOpacity: unlessOtherChosen(0.8, 0.1)}
          }
        }),
        {
          type: "symbol",
          name: "points-marks",
          from: {data: "points"},
          encode: {
            enter: {
              x: {scale: "x", field: "intensity"},
              y: {scale: "y", field: "rate"},
              shape: {field: "shape"},
              fill: {field: "color"},
              stroke: {value: paper},
              strokeWidth: {value: 1},
              ...choosable
            },
            update: {opacity: unlessOtherChosen(), size: [{test: "datum.key === chosen", value: 220}, {value: 90}]}
          }
        },
        label({
          x: {scale: "x", field: "intensity"},
          y: {scale: "y", field: "rate"},
          dx: {value: 8},
          dy: {value: 12},
          text: {field: "text"}
        }, "labels"),
      ],
    };
  };
  const above = points.filter((point) => point.rate > point.roof * 1.0001);
  const kinds = Object.values(operatorKinds).filter((kind) => points.some((point) => point.kind === kind.name));
  const {figure} = chart({
    id: "roofline-chart",
    title: "Roofline: MACs per cycle of each layer over MACs per byte, both logarithmic.",
    spec,
    selection
  });
  return section(
    "roofline", "Roofline",
    paragraph(
      `How fast each layer on the array runs, under what ${grouped(peak)} MACs and ${report.bus_bytes} bytes of bus ` +
      "per cycle allow. The bytes of a layer are those it cannot do without: weights, biases, and tensors that live " +
      "in memory; the larger of reading and writing, which go side by side."),
    above.length ? note(`Above the slope: ${
                     above.map((point) => point.key).join(", ")}. Their weights came while layers before them ran.`)
                 : null,
    without.length ? note(`Not shown, as they have no MACs or no bytes: ${without.map(layerName).join(", ")}.`) : null,
    legend(kinds.map((kind) => ({name: kind.name, color: kind.color, shape: kind.shape}))), figure,
    fold(
      "The same as a table",
      plainTable(
        "Roofline",
        [
          {name: "#", of: (p) => String(p.key)}, {name: "operator", of: (p) => p.layer.op, text: true},
          {name: "MACs", of: (p) => grouped(p.layer.macs_executed)},
          {name: "bytes at least", of: (p) => grouped(p.bytes)},
          {name: "MACs per byte", of: (p) => rounded(p.intensity)},
          {name: "MACs per cycle", of: (p) => rounded(p.rate)}, {name: "roof", of: (p) => rounded(p.roof)},
          {name: "of the roof", of: (p) => percent(p.rate / p.roof)}
        ],
        points)));
}
