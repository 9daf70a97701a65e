// SPDX-License-Identifier: Apache-2.0
// What the run takes above the sum of the layers' bounds, by cause (sim/report/README.md).
const gapCauses = {
  short_steps: "the array works, but on steps too short to fill it",
  depthwise_positions: "the array works, but on positions of depthwise layers that yield nothing",
  start: "from the doorbell to the first work of the array",
  weights: "the array waits for weights",
  activations: "the array waits for transfers of activations or tables",
  vector: "the array waits for the vector engine; work of vector layers",
  drain: "the array empties",
  control: "no command at hand",
  finish: "from the last work of the array to the interrupt",
  prefetched: "saved: bytes that moved while other layers ran",
};

function gapSection(report) {
  const causes = Object.entries(report.gap).sort((a, b) => b[1] - a[1]).map(([name, cycles]) => {
    const color = cycles < 0 ? "var(--saved)" : "var(--lost)";
    const text = `${name}: ${grouped(cycles)} cycles, ${gapCauses[name] || ""}`;
    return {name, cycles, label: grouped(cycles), color, text};
  });
  const total = report.cycles - report.lower_bound_cycles;
  const least = Math.min(0, ...causes.map((cause) => cause.cycles));
  const most = Math.max(0, ...causes.map((cause) => cause.cycles));
  const spec = (width) => ({
    height: causes.length * 22,
    data: [{name: "causes", values: causes}],
    scales: [
      {
        name: "x",
        type: "linear",
        range: "width",
        domain: [least, most * (narrow(width) ? 1.3 : 1.1)],  // labels stand to the right of bars
        nice: true
      },
      {name: "y", type: "band", range: "height", domain: causes.map((cause) => cause.name), padding: 0.25},
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: "cycles above the bound",
        grid: true,
        tickCount: narrow(width) ? 3 : 8,
        format: ",~f"
      },
      {orient: "left", scale: "y", ticks: false, domain: false, labelPadding: 6}
    ],
    marks: [
      {
        type: "rect",
        name: "causes-marks",
        from: {data: "causes"},
        encode: {
          enter: {
            fill: {field: "color"},
            y: {scale: "y", field: "name"},
            height: {scale: "y", band: 1},
            x: {scale: "x", value: 0},
            x2: {scale: "x", field: "cycles"},
            tooltip: {field: "text"},
            description: {field: "text"}
          }
        }
      },
      label({
        text: {field: "label"},
        x: {scale: "x", signal: "max(0, datum.cycles)", offset: 4},
        y: {scale: "y", field: "name", band: 0.5},
        baseline: {value: "middle"},
        fill: {value: ink}
      }, "causes"),
    ],
  });
  const {figure} = chart({id: "gap-chart", title: "Cycles above the bound by cause.", spec});
  const overlapped = `If all transfers and all work of the array overlapped, no run could be shorter than ${
    grouped(report.overlapped_bound_cycles)} cycles.`;
  return section(
    "gap", "Above the bound",
    paragraph(
      `The layers need ${grouped(report.lower_bound_cycles)} cycles at least, one after the other; the run takes ${
        grouped(report.cycles)} (${ratio(report.cycles, report.lower_bound_cycles)} times as many): ${
        grouped(Math.abs(total))} ${total < 0 ? "fewer" : "more"}. ${overlapped}`),
    figure,
    fold(
      "The same as a table",
      plainTable(
        "Cycles above the bound",
        [
          {name: "cause", of: (c) => c.name, text: true}, {name: "cycles", of: (c) => c.label},
          {name: "of the run", of: (c) => percent(c.cycles / report.cycles)},
          {name: "meaning", of: (c) => gapCauses[c.name] || "", text: true}
        ],
        causes)));
}
