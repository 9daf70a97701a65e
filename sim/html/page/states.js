// SPDX-License-Identifier: Apache-2.0
// What an engine does in a cycle (configs/isa.yaml, "states"), in the order in which bars are stacked.
const states = {
  busy: {text: "works"},
  wait_weights: {text: "the next weights are not in the array yet"},
  wait_wl: {text: "waits for the weight loader"},
  wait_ld: {text: "waits for the load DMA"},
  wait_st: {text: "waits for the store DMA"},
  wait_vec: {text: "waits for the vector engine"},
  wait_mm: {text: "waits for the matrix engine"},
  wait_shadow: {text: "the array has not taken the weights before"},
  wait_memory: {text: "no beat moves: latency or speed of the memory"},
  wait_contention: {text: "a CPU holds the memory bank"},
  drain: {text: "the array empties before a change of mode"},
  queue_full: {text: "the next command's queue is full"},
  wait_engines: {text: "the job's end waits for the engines"},
  idle: {text: "no command at hand"},
};

const stateColor = (state) => (state in states ? `var(--${state.replaceAll("_", "-")})` : "var(--quiet)");
// What is in the data, known names first.
const stateOrder = (names) =>
  [...Object.keys(states).filter((name) => names.has(name)), ...[...names].filter((name) => !(name in states))];

const inCycles = (value) => `${grouped(value)} cycles`;

// rows: [{key, label(width), parts: {name: value}, mark (optional): value}] -> {legend entries, spec(width)} of a chart
// of stacked bars, a row each. share: lengths as shares of the row instead of values. say(value): with its unit; scale:
// of the axis.
function stackedBars(
  rows, {share, axisTitle, markText = "", colorOf = stateColor, order = stateOrder, say = inCycles, scale = 1}) {
  const totals = {};
  for (const row of rows) {
    for (const [name, value] of Object.entries(row.parts)) totals[name] = (totals[name] || 0) + value;
  }
  const names = order(new Set(Object.keys(totals).filter((name) => totals[name] > 0)));
  const all = Object.values(totals).reduce((sum, value) => sum + value, 0);
  const spec = (width) => {
    const segments = [];
    const marks = [];
    for (const row of rows) {
      const label = row.label(width);
      const whole = Object.values(row.parts).reduce((sum, value) => sum + value, 0);
      const unit = share ? (whole > 0 ? 100 / whole : 0) : scale;
      let from = 0;
      for (const name of names) {
        const value = row.parts[name] || 0;
        if (value === 0) continue;
        const text = `${label}: ${name} ${say(value)} of ${say(whole)} (${percent(value / whole)})`;
        segments.push({key: row.key, label, color: colorOf(name), from: from * unit, to: (from + value) * unit, text});
        from += value;
      }
      if (row.mark !== undefined && unit > 0)
        marks.push({key: row.key, label, at: row.mark * unit, text: `${label}: ${markText} ${say(row.mark)}`});
    }
    const step = narrow(width) ? 20 : 22;
    return {
      height: rows.length * step,
      data: [{name: "segments", values: segments}, {name: "marks", values: marks}],
      scales: [
        {
          name: "x",
          type: "linear",
          range: "width",
          domain: [0, Math.max(...segments.map((one) => one.to), ...marks.map((one) => one.at))],
          nice: false
        },
        {name: "y", type: "band", range: "height", domain: rows.map((row) => row.label(width)), padding: 0.25},
      ],
      axes: [
        {
          orient: "bottom",
          scale: "x",
          title: axisTitle,
          grid: true,
          tickCount: narrow(width) ? 3 : 8,
          format: ",~f",
          zindex: 0
        },
        {orient: "left", scale: "y", ticks: false, domain: false, labelPadding: 6},
      ],
      marks: [
        {
          type: "rect",
          name: "segments-marks",
          from: {data: "segments"},
          encode: {
            enter: {
              fill: {field: "color"},
              stroke: {value: paper},
              strokeWidth: {value: 0.5},
              y: {scale: "y", field: "label"},
              height: {scale: "y", band: 1},
              ...choosable
            },
            update: {x: {scale: "x", field: "from"}, x2: {scale: "x", field: "to"}, fillOpacity: unlessOtherChosen()}
          }
        },
        {
          type: "rect",
          name: "bound-marks",
          from: {data: "marks"},
          encode: {
            enter: {
              fill: {value: ink},
              tooltip: {field: "text"},
              description: {field: "text"},
              width: {value: 2},
              y: {scale: "y", field: "label", offset: -2},
              height: {scale: "y", band: 1, offset: 4}
            },
            update: {x: {scale: "x", field: "at", offset: -1}, fillOpacity: unlessOtherChosen()}
          }
        },
      ],
    };
  };
  const entries = names.map((name) => ({name, color: colorOf(name), text: percent(totals[name] / all)}));
  return {spec, entries};
}
