// SPDX-License-Identifier: Apache-2.0
// Integer requantisation parameters of an operator, derived from real scales exactly as TensorFlow Lite Micro derives
// them. Device and CPU kernels take them from here.
#pragma once

#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

// ADD works on operands shifted left by this.
inline constexpr int kAddLeftShift = 20;

// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: one multiplier per output channel, or one in all.
struct LayerQuantization {
  std::vector<QuantizedMultiplier> multipliers;
  bool per_tensor = false;
};
[[nodiscard]] LayerQuantization layer_quantization(const Graph& graph, const Op& op, Rounding rounding);

struct AddQuantization {
  QuantizedMultiplier in1, in2, out;
};
[[nodiscard]] AddQuantization add_quantization(const Graph& graph, const Op& op, Rounding rounding);

// Fused activation as a range of quantised values of the output tensor.
[[nodiscard]] ActivationRange activation_range(const Tensor& output, Activation activation);

}  // namespace systolite
