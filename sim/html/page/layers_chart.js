// SPDX-License-Identifier: Apache-2.0
// What the engine of each layer did in the layer's window, and the table of layers.
function layersSection(report, selection) {
  const layers = timedLayers(report);
  const rows = layers.map((layer) => ({
                            key: layer.index,
                            label: (width) => layerLabel(layer, width),
                            parts: {busy: layer.busy, ...layer.stalls},
                            mark: layer.lower_bound_cycles
                          }));
  const bars = (share) =>
    stackedBars(rows, {share, axisTitle: share ? "share of the layer's cycles (%)" : "cycles", markText: "bound"});
  let shown = bars(false);
  const {figure, draw} = chart({
    id: "layers-chart",
    title: "Cycles of each layer, busy and stalled by cause. The table below holds the same figures.",
    spec: (width) => shown.spec(width),
    selection
  });
  return section(
    "layers", "Layers",
    paragraph(
      "Cycles of each layer by what its engine (matrix, or vector for pooling and ADD) did; the mark is the least that " +
      "the layer could take. Choose a layer, here or in the table, to find it in every chart."),
    choice(
      "layers-scale", "Length of bars",
      [{value: "cycles", text: "cycles"}, {value: "share", text: "share of the layer"}], "cycles",
      (value) => {
        shown = bars(value === "share");
        draw();
      }),
    legend([...shown.entries, {name: "bound", color: ink, shape: "line"}]), figure, layerDetails(report, selection),
    layerTable(report, selection));
}

// The chosen layer in words.
function layerDetails(report, selection) {
  const text = element("p", {class: "details", role: "status"});
  selection.listen((key) => {
    const layer = report.layers.find((one) => one.index === key);
    if (!layer) {
      text.textContent = "No layer is chosen.";
      return;
    }
    const parts = [`Layer ${layer.index}, ${layer.op} (${layer.name}), `];
    if (layer.where === "cpu")
      parts.push("runs on the CPU.");
    else if (layer.where === "none")
      parts.push("has nothing to compute.");
    else {
      parts.push(
        `on the ${layer.where}${layer.dataflow ? `, ${layer.dataflow} stationary` : ""}: ${
          grouped(layer.cycles)} cycles, bound ${grouped(layer.lower_bound_cycles)}. `,
        `Busy ${grouped(layer.busy)}${
          Object.keys(layer.stalls).length ? `, stalls: ${largestFirst(layer.stalls)}` : ", no stalls"}. `,
        Object.keys(layer.gap).length ? `Above the bound: ${largestFirst(layer.gap)}.` : "It reaches its bound.");
    }
    text.textContent = parts.join("");
  });
  return text;
}

function layerTable(report, selection) {
  const columns = [
    {name: "#", of: (l) => String(l.index)},
    {name: "operator", of: (l) => l.op, text: true},
    {name: "on", of: (l) => (l.where === "array" && l.dataflow === "output" ? "array, output" : l.where), text: true},
    {name: "MACs", of: (l) => grouped(l.macs_executed)},
    {
      name: "cycles",
      of: (l) => (l.where === "cpu" ? known(l.cpu_cycles, (n) => `${grouped(n)} (CPU)`) : grouped(l.cycles))
    },
    {name: "bound", of: (l) => (l.where === "cpu" || l.where === "none" ? "–" : grouped(l.lower_bound_cycles))},
    {name: "ratio", of: (l) => ratio(l.cycles, l.lower_bound_cycles)},
    {name: "array used", of: (l) => (l.where === "array" ? percent(l.utilization) : "–")},
    {name: "busy", of: (l) => grouped(l.busy)},
    {name: "bound by", of: (l) => l.bound_by || "–", text: true},
    {name: "read (B)", of: (l) => grouped(l.bytes_read)},
    {name: "written (B)", of: (l) => grouped(l.bytes_written)},
    {name: "stalls (cycles)", of: (l) => largestFirst(l.stalls || {}) || "–", text: true},
    {name: "above the bound (cycles)", of: (l) => largestFirst(l.gap || {}) || "–", text: true},
  ];
  return selectableTable(
    "Layers. Arrow keys move, Enter chooses, Escape chooses none.", columns, report.layers, selection, (l) => l.index);
}
