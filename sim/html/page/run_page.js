// SPDX-License-Identifier: Apache-2.0
// One inference: data "run" is the report of sim/report/README.md.
function runFacts(report) {
  const facts = [
    `${report.rows} × ${report.cols} array`, `${report.clock_mhz} MHz`, `${report.bus_bytes * 8}-bit bus`,
    `backend ${report.backend}`, `input: ${report.input}`
  ];
  if (report.drop_constant_channels) facts.push("without constant channels");
  return facts;
}

function runHeadlines(report) {
  if (report.cycles === null)
    return headlines([
      {name: "Bound", value: grouped(report.lower_bound_cycles), unit: "cycles", text: "sum of the layers"},
      {name: "MACs", value: grouped(report.macs_executed)}
    ]);
  const gap = report.cycles - report.lower_bound_cycles;
  return headlines([
    {name: "Cycles", value: grouped(report.cycles), text: "doorbell to interrupt"},
    {name: "Latency", value: fixed(report.latency_us, 1), unit: "µs", text: `at ${report.clock_mhz} MHz`},
    {name: "Bound", value: grouped(report.lower_bound_cycles), unit: "cycles", text: "sum of the layers"},
    {
      name: "Gap",
      value: grouped(gap),
      unit: "cycles",
      text: `${ratio(report.cycles, report.lower_bound_cycles)} × the bound`
    },
    {
      name: "Array used",
      value: fixed(100 * report.utilization, 1),
      unit: "%",
      text: `${grouped(report.macs_executed)} MACs`
    },
    energyHeadline(report),
    {
      name: "Bus",
      value: grouped(report.bytes_read + report.bytes_written),
      unit: "B",
      text: `${grouped(report.bytes_read)} read, ${grouped(report.bytes_written)} written`
    },
  ]);
}

// What runs elsewhere or was left out comes first: nothing is silent.
function runNotes(report) {
  const notes = [];
  for (const op of report.cpu_operators) {
    const cycles = report.layers[op.index] && report.layers[op.index].cpu_cycles;
    notes.push(`Operator ${op.index} ${op.op} runs on the CPU: ${op.reason}.${
      cycles ? ` It takes ${grouped(cycles)} cycles there.` : " Its cycles are not in the figures here."}`);
  }
  if (report.removed) {
    notes.push(`Removed: ${grouped(report.removed.constant_channels)} constant and ${
      grouped(report.removed.unread_channels)} unread channels, ${grouped(report.removed.macs)} of ${
      grouped(report.macs)} MACs.`);
  }
  if (report.cycles === null)
    notes.push(`The backend ${report.backend} has no clock: there are no cycles, no bytes and no charts of them.`);
  return notes.length ? element("ul", {class: "notes"}, ...notes.map((text) => element("li", {}, text)))
                      : note("Every operator runs on the accelerator.");
}

function boundsSection(report) {
  return section(
    "layers", "Layers",
    plainTable(
      "Layers",
      [
        {name: "#", of: (l) => String(l.index)}, {name: "operator", of: (l) => l.op, text: true},
        {name: "on", of: (l) => l.where, text: true}, {name: "MACs", of: (l) => grouped(l.macs_executed)},
        {name: "bound (cycles)", of: (l) => grouped(l.lower_bound_cycles)}
      ],
      report.layers));
}

function configurationSection(report) {
  const rows = Object.entries(report.configuration);
  return section(
    "configuration", "Configuration",
    fold(
      `All ${rows.length} keys of ${report.config}`,
      plainTable(
        "Hardware description",
        [{name: "key", of: ([key]) => key, text: true}, {name: "value", of: ([, value]) => String(value)}], rows)));
}

// The sections that show one run.
function runSections(report) {
  if (report.cycles === null) return [boundsSection(report), configurationSection(report)];
  const selection = new Selection();
  return [
    layersSection(report, selection),
    gapSection(report),
    rooflineSection(report, selection),
    scratchpadSection(report, selection),
    enginesSection(report),
    report.firmware ? firmwareSection(report) : null,
    energySection(report, selection),
    configurationSection(report),
  ].filter(Boolean);
}

function runPage({run}) {
  return {
    title: `${run.model} on ${run.config}`,
    facts: runFacts(run),
    headlines: runHeadlines(run),
    notes: runNotes(run),
    sections: runSections(run)
  };
}
