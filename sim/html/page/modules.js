// SPDX-License-Identifier: Apache-2.0
// Vega from its parts, each of which is a module in the form of CommonJS (`modules`, by name).
const loadedModules = {};

function requireModule(name) {
  const known = name === "vega-selections" ? "vega-selection" : name;  // the file has the shorter name
  if (!(known in loadedModules)) {
    const module = {exports: {}};
    loadedModules[known] = module;
    modules[known](module.exports, module, requireModule);
  }
  return loadedModules[known].exports;
}

for (const part of ["vega-transforms", "vega-view-transforms", "vega-encode"]) {
  Object.assign(requireModule("vega-dataflow").transforms, requireModule(part));
}
const {parse} = requireModule("vega-parser");
const {View} = requireModule("vega-view");
const {expressionInterpreter} = requireModule("vega-interpreter");  // the page forbids eval
