// SPDX-License-Identifier: Apache-2.0
// Which values each channel of an activation can take, over all inputs of the network and all pixels.
#pragma once

#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

struct ValueRange {
  int low = -128, high = 127;
  [[nodiscard]] bool is_constant() const noexcept { return low == high; }
  bool operator==(const ValueRange&) const = default;
};

// By tensor index, then channel (last dimension); empty for int32 tensors and tensors without a use. Network inputs
// take every int8 value. Postcondition: no inference leaves a range. The ends come from interval arithmetic: each is
// exact if the inputs of the operator vary freely within theirs; a sum or rescaled sum that may wrap around int32 at
// some inputs and not at others gives the range of the fused activation.
[[nodiscard]] std::vector<std::vector<ValueRange>> channel_ranges(const Graph& graph, Rounding rounding);

}  // namespace systolite
