// SPDX-License-Identifier: Apache-2.0
// What every engine did over the whole run.
const engineNames = {
  ld: "load DMA",
  wl: "weight load",
  mm: "matrix",
  vec: "vector",
  st: "store DMA",
  fe: "front end"
};

function enginesSection(report) {
  const engines = Object.keys(engineNames).filter((name) => name in report.engines);
  const rows = engines.map((name) => ({
                             key: name,
                             label: (width) => (narrow(width) ? name : `${name}: ${engineNames[name]}`),
                             parts: report.engines[name]
                           }));
  const bars = stackedBars(rows, {share: true, axisTitle: "share of the run's cycles (%)"});
  const {figure} = chart({
    id: "engines-chart",
    title: "Share of the run's cycles that each engine is busy or stalled, by cause.",
    spec: bars.spec
  });
  const columns = [
    {name: "state", of: (state) => state, text: true},
    ...engines.map((name) => ({name, of: (state) => grouped(report.engines[name][state] || 0)})),
    {name: "meaning", of: (state) => (states[state] || {text: ""}).text, text: true}
  ];
  const present = stateOrder(new Set(engines.flatMap((name) => Object.keys(report.engines[name]))));
  return section(
    "engines", "Engines", paragraph("Engines work side by side; each cycle of each is busy or stalled for one reason."),
    legend(bars.entries.map(({name, color}) => ({name, color}))), figure,
    fold("The same as a table", plainTable("Cycles of each engine by state", columns, present)));
}
