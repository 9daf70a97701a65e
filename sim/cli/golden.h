// SPDX-License-Identifier: Apache-2.0
// Golden tensors of a model on disk.
//
// Two layouts are known. A golden archive DIR: inputs in DIR/inputs/BENCH/NN_*.npy, outputs in
// DIR/golden/BENCH/outputs_tflm.npy (row i = input i), activations in DIR/golden/BENCH/intermediates_tflm_NN_*.npz. A
// folder per model, as the models that come with Systolite have: MODEL/input_NN.npy, MODEL/outputs.npy,
// MODEL/intermediates_NN.npz.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"

namespace systolite::cli {

// One input with what it must give.
struct GoldenCase {
  std::string name;
  std::filesystem::path input;
  std::optional<std::filesystem::path> activations;  // .npz, keys tTTT_opNN_OP = tensor index, operator index, operator
  std::vector<std::int8_t> output;                   // of graph.outputs[0]
};

struct GoldenSet {
  std::filesystem::path folder;
  std::vector<GoldenCase> cases;  // those with activations first, in the order of their names otherwise
};

// `model`: as on the command line; `file`: what it stands for; `golden`: --golden or empty. Without it
// $SYSTOLITE_GOLDEN is searched, then a folder golden/ beside the model or beside its folder. Nothing: there is nothing
// for this model, and `searched` names the folders. Throws Error(kData) for what is there and unreadable.
struct GoldenSearch {
  std::optional<GoldenSet> set;
  std::string searched;
};
[[nodiscard]] GoldenSearch find_golden(const std::string& model, const std::filesystem::path& file,
                                       const std::filesystem::path& golden);

// A golden activation.
struct GoldenTensor {
  int tensor;  // graph index
  int op;      // operator that writes it; -1: network input
  std::string key;
  std::vector<std::int8_t> values;
};

// The int8 activations of an archive in the order of their operators, network inputs left out. Throws Error(kData) for
// an archive that cannot be read or does not belong to the graph.
[[nodiscard]] std::vector<GoldenTensor> read_activations(const Graph& graph, const std::filesystem::path& archive);

}  // namespace systolite::cli
