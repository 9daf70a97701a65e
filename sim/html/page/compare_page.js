// SPDX-License-Identifier: Apache-2.0
// The accelerator beside Cortex-M alone: data "compare" is the comparison of sim/baseline/README.md, "run" the report
// of the accelerator in it.
const comparisonKinds = {
  accelerator: {name: "accelerator with its host", shape: "diamond", color: "var(--kind-1)"},
  simulated: {name: "simulated, this program's kernels", shape: "circle", color: "var(--kind-2)"},
  published: {name: "published", shape: "square", color: "var(--kind-3)"},
};

// Everyone who ran the network: {who, kind, us, cycles, mhz, software, source, faster}.
function contenders(comparison) {
  const {accelerator} = comparison;
  const all = [{
    who: `accelerator ${accelerator.config}`,
    kind: "accelerator",
    us: accelerator.latency_us,
    cycles: accelerator.cycles,
    mhz: accelerator.clock_mhz,
    software: `operators it does not take: ${accelerator.host.core}, ${accelerator.host.clock_mhz} MHz`,
    source: "this run",
    faster: 1
  }];
  for (const core of comparison.cores) {
    all.push({
      who: `${core.core} ${core.profile}`,
      kind: "simulated",
      us: core.latency_us,
      cycles: core.cycles,
      mhz: core.clock_mhz,
      software: core.software,
      source: `simulated, profile ${core.profile_status}`,
      faster: core.speedup_time
    });
    for (const published of [core.published_best, core.published_cmsis_nn]) {
      if (!published) continue;
      all.push({
        who: `${core.core} ${published.board}`,
        kind: "published",
        us: published.latency_us,
        cycles: published.cycles,
        mhz: published.clock_mhz,
        software: published.software,
        source: `published: ${published.source}`,
        faster: published.speedup_time
      });
    }
  }
  // Names on an axis must differ.
  const seen = {};
  for (const one of all) {
    seen[one.who] = (seen[one.who] || 0) + 1;
    one.label = seen[one.who] > 1 || one.kind === "published" ? `${one.who}, ${one.software}` : one.who;
  }
  return all.map(
    (one, at) => ({
      ...one,
      label: all.findIndex((other) => other.label === one.label) === at ? one.label : `${one.label} (${at})`
    }));
}

const microseconds = (us) =>
  (us >= 1e6 ? `${rounded(us / 1e6)} s`
     : us >= 1000 ? `${rounded(us / 1000)} ms`
                  : `${rounded(us)} µs`);
const times = (factor) => `${rounded(factor)}×`;

function latencySection(comparison) {
  const all = contenders(comparison);
  const points = all.map(
    (one) => ({
      ...one,
      ms: one.us / 1000,
      color: comparisonKinds[one.kind].color,
      shape: comparisonKinds[one.kind].shape,
      value: one.kind === "accelerator" ? microseconds(one.us) : `${microseconds(one.us)}, ${times(one.faster)}`,
      text: `${one.label}: ${microseconds(one.us)} at ${one.mhz} MHz, ${grouped(Math.round(one.cycles))} cycles; ${
        one.software}; ${one.source}`
    }));
  const least = Math.min(...points.map((point) => point.ms));
  const most = Math.max(...points.map((point) => point.ms));
  const middle = Math.sqrt(least * most);
  const {figure} = chart({
    id: "latency-chart",
    title: "Time of one inference on the accelerator and on each processor, logarithmic.",
    spec: (width) => ({
      height: points.length * 30,
      data: [{name: "points", values: points}],
      scales: [
        {name: "x", type: "log", range: "width", domain: [least / 1.5, most * 1.5], nice: false},
        {name: "y", type: "band", range: "height", domain: points.map((point) => point.label), padding: 0.2}
      ],
      axes: [
        {
          orient: "bottom",
          scale: "x",
          title: "time of one inference (ms, log)",
          grid: true,
          tickCount: narrow(width) ? 3 : 6,
          format: "~r"
        },
        {
          orient: "left",
          scale: "y",
          ticks: false,
          domain: false,
          labelPadding: 6,
          labelLimit: narrow(width) ? 110 : 320
        }
      ],
      marks: [
        {
          type: "symbol",
          name: "points-marks",
          from: {data: "points"},
          encode: {
            enter: {
              x: {scale: "x", field: "ms"},
              y: {scale: "y", field: "label", band: 0.5},
              shape: {field: "shape"},
              fill: {field: "color"},
              size: {value: 110},
              tooltip: {field: "text"},
              description: {field: "text"}
            }
          }
        },
        // On the side where there is more room.
        label({
          x: {scale: "x", field: "ms"},
          dx: [{test: `datum.ms > ${middle}`, value: -10}, {value: 10}],
          align: [{test: `datum.ms > ${middle}`, value: "right"}, {value: "left"}],
          y: {scale: "y", field: "label", band: 0.5},
          baseline: {value: "middle"},
          text: {field: "value"}
        }, "points"),
      ]
    })
  });
  const kinds = Object.entries(comparisonKinds).filter(([kind]) => all.some((one) => one.kind === kind));
  return section(
    "latency", "Time of one inference",
    paragraph(
      "The accelerator, its host included, beside processors that do it alone; the factor is how many times longer " +
      "each takes. The scale is logarithmic."),
    legend(kinds.map(([, kind]) => kind)), figure,
    plainTable(
      "Time of one inference",
      [
        {name: "on", of: (c) => c.who, text: true}, {name: "time", of: (c) => microseconds(c.us)},
        {name: "times the accelerator's", of: (c) => times(c.faster)}, {name: "clock (MHz)", of: (c) => rounded(c.mhz)},
        {name: "cycles", of: (c) => grouped(Math.round(c.cycles))},
        {name: "software", of: (c) => c.software, text: true}, {name: "figure from", of: (c) => c.source, text: true}
      ],
      all));
}

function memorySection(comparison) {
  const {accelerator} = comparison;
  const rows = [
    {
      who: `accelerator ${accelerator.config}`,
      ram: accelerator.sram_bytes,
      more: `${grouped(accelerator.scratchpad_bytes)} scratchpad`,
      flash: accelerator.flash_bytes
    },
    ...comparison.cores.map((core) => ({
                              who: `${core.core} ${core.profile}`,
                              ram: core.ram_bytes,
                              more: `${grouped(core.scratch_bytes)} of it working memory of kernels`,
                              flash: core.flash_bytes
                            }))
  ];
  return section(
    "memory", "Memory",
    plainTable(
      "Memory (bytes)",
      [
        {name: "on", of: (r) => r.who, text: true}, {name: "RAM", of: (r) => grouped(r.ram)},
        {name: "beside or in it", of: (r) => r.more, text: true}, {name: "flash", of: (r) => grouped(r.flash)}
      ],
      rows));
}

function operatorsSection(comparison) {
  return section(
    "operators", "Operators",
    paragraph(
      "Cycles of each operator, each at the clock of who runs it. Operators that the accelerator does not take have no " +
      "cycles of the device."),
    plainTable(
      "Cycles of each operator",
      [
        {name: "#", of: (l) => String(l.index)}, {name: "operator", of: (l) => l.op, text: true},
        {name: "MACs", of: (l) => grouped(l.macs)},
        {name: "accelerator", of: (l) => (l.where === "cpu" ? "–" : grouped(l.device_cycles))},
        ...comparison.cores.map(
          (core, at) =>
            ({name: `${core.core} ${core.profile}, ${core.software}`, of: (l) => grouped(l.core_cycles[at])}))
      ],
      comparison.layers));
}

function comparePage({compare, run}) {
  const {accelerator} = compare;
  const fastest = contenders(compare).slice(1).reduce((best, one) => (one.us < best.us ? one : best));
  const notes = accelerator.host.operators.map(
    (op) => `Operator ${op.index} ${op.op} runs on the host, ${accelerator.host.core} at ${
      accelerator.host.clock_mhz} MHz: ${op.reason}; ${grouped(op.cycles)} cycles, which are in the time.`);
  if (compare.reference_model)
    notes.push(`Published results are those of ${compare.reference_model}, the MLPerf Tiny model of this shape.`);
  notes.push(`Kernels on the processors were compiled by ${compare.compiler}.`);
  return {
    title: `${compare.model}: ${accelerator.config} beside Cortex-M`,
    facts: runFacts(run),
    headlines: headlines([
      {name: "Time", value: microseconds(accelerator.latency_us), text: "accelerator and host"}, {
        name: "Faster",
        value: times(fastest.faster),
        text: `than the fastest other: ${fastest.who}, ${fastest.software}`
      },
      {
        name: "Device",
        value: grouped(accelerator.device_cycles),
        unit: "cycles",
        text: `${ratio(run.cycles, run.lower_bound_cycles)} × the bound`
      },
      {name: "Host", value: grouped(accelerator.host_cycles), unit: "cycles", text: accelerator.host.core},
      energyHeadline(run)
    ]),
    notes: element("ul", {class: "notes"}, ...notes.map((text) => element("li", {}, text))),
    sections: [latencySection(compare), operatorsSection(compare), memorySection(compare), ...runSections(run)],
  };
}
