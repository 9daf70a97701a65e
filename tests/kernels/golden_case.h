// SPDX-License-Identifier: Apache-2.0
// Reads the text files of tests/kernels/golden: single operators with inputs and the output of TensorFlow Lite Micro.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"

namespace systolite::test {

struct GoldenCase {
  std::string name;
  Graph graph;  // one operator
  std::vector<std::vector<std::int8_t>> inputs;
  std::vector<std::int8_t> expected;
};

// Throws std::runtime_error for a missing or malformed file.
[[nodiscard]] std::vector<GoldenCase> read_golden_cases(const std::filesystem::path& file);

}  // namespace systolite::test
