// SPDX-License-Identifier: Apache-2.0
// Sweeps for tests, from text.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/models/sha256.h"
#include "mapper/tflite/import.h"
#include "sim/explore/explore.h"
#include "sim/explore/sweep.h"

namespace systolite::explore::test {

inline Sweep sweep_of(const std::string& yaml) { return parse_sweep(yaml, "sweep.yaml"); }

inline std::vector<SweepModel> models_of(const Sweep& sweep) {
  std::vector<SweepModel> models;
  for (const std::string& name : sweep.models) {
    const std::filesystem::path file = find_model(name);
    models.push_back({sha256_of_file(file), import_tflite(file)});
  }
  return models;
}

inline std::vector<Graph> graphs_of(const std::vector<SweepModel>& models) {
  std::vector<Graph> graphs;
  for (const SweepModel& model : models) graphs.push_back(model.graph);
  return graphs;
}

// Legal and illegal points, such that fit and such that do not.
inline const char* const kSmallSweep = R"(
name: small
models: [kws_embedded, sww_embedded]
base: base_16x16
parameters:
  array.rows: [4, 16]
  array.cols: [8, 12, 16]
  requant_lanes: [8]
  scratchpad.bytes: {from: 4096, to: 131072, factor: 32}
  memory.flash.read_latency_cycles: {from: 4, to: 24, step: 10}
objectives:
  - {minimize: cycles}
  - {minimize: pes}
constraints:
  - {figure: cycles, at_most: 100000}
)";

}  // namespace systolite::explore::test
