// SPDX-License-Identifier: Apache-2.0
// Where the energy of an inference goes, with the bounds of what is known. Figures are {value, low, high}, pJ.
const energyColors = {
  array: "var(--busy)",
  accumulator: "var(--drain)",
  buffers: "var(--wait-mm)",
  vector: "var(--wait-shadow)",
  control: "var(--wait-st)",
  clock: "var(--wait-vec)",
  sram: "var(--wait-wl)",
  flash: "var(--wait-ld)",
  external: "var(--wait-contention)",
  bus: "var(--wait-weights)",
  leakage: "var(--idle)",
  cpu: "var(--queue-full)",
};
const energyMeanings = {
  array: "cells of the array, their registers",
  accumulator: "accumulator memory",
  buffers: "scratchpad, weight buffer, requantisation tables",
  vector: "lanes of the vector engine",
  control: "commands",
  clock: "flip-flops outside the array, clock tree",
  sram: "memory of the microcontroller",
  flash: "flash",
  external: "memory outside the microcontroller",
  bus: "bus",
  leakage: "accelerator and SRAM",
  cpu: "processor",
};

// [name, pJ for one], largest first for values from a value on.
const energyUnits = [["mJ", 1e9], ["µJ", 1e6], ["nJ", 1e3], ["pJ", 1]];
const energyUnit = (pj) => energyUnits.find(([, size]) => Math.abs(pj) >= size) || energyUnits.at(-1);
const energyIn = ([name, size], pj) => `${rounded(pj / size)} ${name}`;
const energyText = (pj) => energyIn(energyUnit(pj), pj);
const energyRange = ({low, high}, unit) => `${energyIn(unit, low)} to ${energyIn(unit, high)}`;

function energyHeadline(report) {
  if (!report.energy) return null;
  const {total_pj: total} = report.energy;
  const unit = energyUnit(total.value);
  return {name: "Energy", value: rounded(total.value / unit[1]), unit: unit[0], text: energyRange(total, unit)};
}

function energySection(report, selection) {
  const energy = report.energy;
  if (!energy) return null;
  const unit = energyUnit(energy.total_pj.value);
  const components = Object.entries(energy.components_pj)
                       .map(([name, figure]) => ({
                              name,
                              ...figure,
                              color: energyColors[name] || quiet,
                              text: `${name}: ${energyIn(unit, figure.value)}, ${energyRange(figure, unit)}`
                            }))
                       .sort((a, b) => b.value - a.value);
  const split = chart({
    id: "energy-chart",
    title: "Energy of the inference by component, with the bounds of each.",
    spec: (width) => ({
      height: components.length * 24,
      data: [{
        name: "components",
        values: components.map(
          (one) => ({...one, value: one.value / unit[1], low: one.low / unit[1], high: one.high / unit[1]}))
      }],
      scales: [
        {
          name: "x",
          type: "linear",
          range: "width",
          domain: {data: "components", fields: ["high", "value"]},
          zero: true,
          nice: true
        },
        {name: "y", type: "band", range: "height", domain: components.map((one) => one.name), padding: 0.3}
      ],
      axes: [
        {
          orient: "bottom",
          scale: "x",
          title: `energy (${unit[0]})`,
          grid: true,
          tickCount: narrow(width) ? 3 : 8,
          format: ",~r"
        },
        {orient: "left", scale: "y", ticks: false, domain: false, labelPadding: 6}
      ],
      marks: [
        {
          type: "rect",
          name: "components-marks",
          from: {data: "components"},
          encode: {
            enter: {
              fill: {field: "color"},
              x: {scale: "x", value: 0},
              x2: {scale: "x", field: "value"},
              y: {scale: "y", field: "name"},
              height: {scale: "y", band: 1},
              tooltip: {field: "text"},
              description: {field: "text"}
            }
          }
        },
        backdrop({
          type: "rule",
          name: "bounds-marks",
          from: {data: "components"},
          encode: {
            enter: {
              x: {scale: "x", field: "low"},
              x2: {scale: "x", field: "high"},
              y: {scale: "y", field: "name", band: 0.5},
              stroke: {value: ink},
              strokeWidth: {value: 2}
            }
          }
        }),
      ]
    })
  });

  const layers = report.layers.filter((layer) => layer.energy && layer.energy.total_pj.value > 0);
  const values = (parts) =>
    Object.fromEntries(Object.entries(parts.components_pj).map(([name, figure]) => [name, figure.value]));
  const rows = layers.map(
    (layer) => ({key: layer.index, label: (width) => layerLabel(layer, width), parts: values(layer.energy)}));
  if (energy.driver && energy.driver.total_pj.value > 0)
    rows.push({key: "driver", label: () => "driver", parts: values(energy.driver)});
  const layerUnit =
    energyUnit(Math.max(...rows.map((row) => Object.values(row.parts).reduce((sum, value) => sum + value, 0))));
  const bars = stackedBars(rows, {
    share: false,
    axisTitle: `energy (${layerUnit[0]})`,
    colorOf: (name) => energyColors[name] || quiet,
    say: energyText,
    scale: 1 / layerUnit[1],
    order: (names) => [...new Set([...Object.keys(energyColors), ...names])].filter((name) => names.has(name))
  });
  const perLayer =
    chart({id: "layer-energy-chart", title: "Energy of each layer by component.", spec: bars.spec, selection});
  const cpu = energy.has_cpu ? ` The processor is in it (${energy.cpu}).` : " No processor is in it.";
  return section(
    "energy", "Energy",
    paragraph(
      `One inference takes ${energyIn(unit, energy.total_pj.value)} (${energyRange(energy.total_pj, unit)}): events ` +
      `that are counted, times what each costs (energy table ${energy.table}, ${energy.node_nm} nm).${cpu} Lines across ` +
      "bars are the bounds of what is known."),
    split.figure,
    fold(
      "The same as a table",
      plainTable(
        "Energy by component",
        [
          {name: "component", of: (c) => c.name, text: true}, {name: "energy", of: (c) => energyIn(unit, c.value)},
          {name: "between", of: (c) => energyRange(c, unit)},
          {name: "share", of: (c) => percent(c.value / energy.total_pj.value)},
          {name: "what", of: (c) => energyMeanings[c.name] || "", text: true}
        ],
        components)),
    element("h3", {}, "By layer"), legend(bars.entries), perLayer.figure,
    fold(
      "The same as a table",
      plainTable(
        "Energy by layer",
        [
          {name: "layer", of: (row) => row.label(1000), text: true},
          {name: "energy", of: (row) => energyText(Object.values(row.parts).reduce((sum, value) => sum + value, 0))},
          ...bars.entries.map(({name}) => ({name, of: (row) => (row.parts[name] ? energyText(row.parts[name]) : "–")}))
        ],
        rows)));
}
