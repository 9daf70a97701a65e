// SPDX-License-Identifier: Apache-2.0
#include "sim/session/inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "sim/core/error.h"

namespace systolite {
namespace {

const Tensor& input_tensor(const Graph& graph, std::size_t input) {
  return graph.tensors[static_cast<std::size_t>(graph.inputs[input])];
}

// Dimensions of 1 do not change which value is where.
bool same_shape(const std::vector<std::int64_t>& array, const std::vector<int>& tensor) {
  const auto longer_than_one = [](const auto& shape) {
    std::vector<std::int64_t> kept;
    std::ranges::copy_if(shape, std::back_inserter(kept), [](std::int64_t size) { return size != 1; });
    return kept;
  };
  return longer_than_one(array) == longer_than_one(tensor);
}

}  // namespace

InputSet random_inputs(const Graph& graph, std::uint32_t seed) {
  InputSet set;
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    std::vector<std::int8_t>& values =
        set.tensors.emplace_back(static_cast<std::size_t>(input_tensor(graph, i).elements()));
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(random() & 0xFFU);
  }
  set.origin = fmt::format("pseudo-random int8 values, seed {} (no --input)", seed);
  return set;
}

void check_input(const Graph& graph, std::size_t input, bool is_int8, const std::vector<std::int64_t>& shape,
                 const std::string& origin) {
  if (!is_int8) {
    throw Error(ExitCode::kData, fmt::format("{}: the elements must be int8, as the model's input is", origin));
  }
  const std::vector<int>& wanted = input_tensor(graph, input).shape;
  if (!same_shape(shape, wanted)) {
    throw Error(ExitCode::kData, fmt::format("{}: the shape is ({}), the model's input has ({})", origin,
                                             fmt::join(shape, ", "), fmt::join(wanted, ", ")));
  }
}

}  // namespace systolite
