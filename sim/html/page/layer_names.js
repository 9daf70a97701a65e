// SPDX-License-Identifier: Apache-2.0
// Layers by name, where there is room and where there is not.
const shortNames = {
  CONV_2D: "conv",
  DEPTHWISE_CONV_2D: "depthw",
  FULLY_CONNECTED: "dense",
  ADD: "add",
  AVERAGE_POOL_2D: "avg pool",
  MAX_POOL_2D: "max pool",
  RESHAPE: "reshape",
  SOFTMAX: "softmax",
};

const narrow = (width) => width < 480;
const layerName = (layer) => `${layer.index} ${layer.op}`;
const layerLabel = (layer, width) =>
  (narrow(width) ? `${layer.index} ${shortNames[layer.op] || layer.op.toLowerCase()}` : layerName(layer));

// Those that take cycles of the accelerator.
const timedLayers = (report) => report.layers.filter((layer) => layer.where === "array" || layer.where === "vector");

// Where the window of each layer lies in the run: windows follow each other (sim/report/README.md, "Windows").
function layerWindows(report) {
  let from = 0;
  return report.layers.map((layer) => {
    const window = {layer, from, to: from + layer.cycles};
    from = window.to;
    return window;
  });
}
