// SPDX-License-Identifier: Apache-2.0
// Which channels of each activation have to be computed so that the outputs of the network stay what they are.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/passes/channel_range.h"
#include "mapper/passes/kernel_view.h"

namespace systolite {

// What one input of an output adds to its sum, if that is the same for every inference and at every pixel, border
// included: its weights are zero, or its channel is constant and taps outside the image, which add nothing, make no
// difference.
[[nodiscard]] std::optional<std::int64_t> fixed_contribution(const KernelView& kernel, int output, int input,
                                                             ValueRange range);

// By tensor index, then channel; empty for tensors that are no activations. `ranges` as channel_ranges() gives them.
//
// Needed are: every channel of a network input or output, of an input or output of SOFTMAX, of the input of a RESHAPE
// or FULLY_CONNECTED that takes channels apart; the input channels of CONV_2D and FULLY_CONNECTED without a fixed
// contribution to some needed output; and, as DEPTHWISE_CONV_2D, ADD, pooling and RESHAPE keep or lose a channel on
// both of their sides, whatever such an operator connects with a needed channel. Every activation has one needed
// channel at least, and two if a single one would change how FULLY_CONNECTED multiplies its scales
// (layer_quantization()). No other channel is needed; where any channel would do, it is the lowest.
[[nodiscard]] std::vector<std::vector<bool>> channel_demand(const Graph& graph,
                                                            const std::vector<std::vector<ValueRange>>& ranges);

}  // namespace systolite
