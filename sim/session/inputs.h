// SPDX-License-Identifier: Apache-2.0
// What a network is run on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"

namespace systolite {

struct InputSet {
  std::vector<std::vector<std::int8_t>> tensors;  // in the order of graph.inputs
  std::string origin;                             // for the report
};

inline constexpr std::uint32_t kDefaultSeed = 1;
// Pseudo-random values, the same for everyone who has the seed.
[[nodiscard]] InputSet random_inputs(const Graph& graph, std::uint32_t seed);

// Throws Error(kData) unless an array is what an input of the network takes: int8, and its shape, where dimensions of 1
// may be left out or added. `origin`: where the array comes from, for the message.
void check_input(const Graph& graph, std::size_t input, bool is_int8, const std::vector<std::int64_t>& shape,
                 const std::string& origin);

}  // namespace systolite
