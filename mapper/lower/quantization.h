// SPDX-License-Identifier: Apache-2.0
// Integer requantisation parameters of a layer, derived from real scales exactly as TensorFlow Lite Micro derives them.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

struct ClampRange {
  int min;
  int max;
};

// Requantisation of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: one multiplier per output channel, or one in all.
struct LayerQuantization {
  std::vector<QuantizedMultiplier> multipliers;
  bool per_tensor = false;
};
[[nodiscard]] LayerQuantization layer_quantization(const Graph& graph, const Op& op);

struct AddQuantization {
  QuantizedMultiplier in1, in2, out;
};
[[nodiscard]] AddQuantization add_quantization(const Graph& graph, const Op& op);

// Fused activation as a range of quantised values of the output tensor.
[[nodiscard]] ClampRange clamp_range(const Tensor& output, Activation activation);

}  // namespace systolite
