// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/quantization.h"

#include <algorithm>
#include <cmath>

namespace systolite {
namespace {

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors[static_cast<std::size_t>(index)]; }

float scale_of(const Tensor& t) { return t.quant.scales.front(); }

}  // namespace

LayerQuantization layer_quantization(const Graph& graph, const Op& op) {
  const Tensor& in = tensor(graph, op.inputs[0]);
  const Tensor& weights = tensor(graph, op.inputs[1]);
  const Tensor& out = tensor(graph, op.outputs[0]);
  LayerQuantization result;
  const bool dense = std::holds_alternative<FullyConnected>(op.params);
  for (float weight_scale : weights.quant.scales) {
    // FULLY_CONNECTED with one scale multiplies the two scales as float32, the convolutions as double (TFLM
    // kernel_util.cc).
    const double product = dense && weights.quant.scales.size() == 1
                               ? static_cast<double>(scale_of(in) * weight_scale)
                               : static_cast<double>(scale_of(in)) * static_cast<double>(weight_scale);
    result.multipliers.push_back(quantize_multiplier(product / static_cast<double>(scale_of(out))));
  }
  result.per_tensor = result.multipliers.size() == 1;
  return result;
}

AddQuantization add_quantization(const Graph& graph, const Op& op) {
  constexpr int kLeftShift = 20;
  const auto s1 = static_cast<double>(scale_of(tensor(graph, op.inputs[0])));
  const auto s2 = static_cast<double>(scale_of(tensor(graph, op.inputs[1])));
  const auto so = static_cast<double>(scale_of(tensor(graph, op.outputs[0])));
  const double twice_max = 2 * std::max(s1, s2);
  return {quantize_multiplier(s1 / twice_max), quantize_multiplier(s2 / twice_max),
          quantize_multiplier(twice_max / ((1 << kLeftShift) * so))};
}

ClampRange clamp_range(const Tensor& output, Activation activation) {
  const auto quantized = [&](float real) {
    return static_cast<int>(output.quant.zero_points.front()) + static_cast<int>(std::round(real / scale_of(output)));
  };
  ClampRange range{-128, 127};
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kRelu:
      range.min = std::max(range.min, quantized(0.0F));
      break;
    case Activation::kRelu6:
      range.min = std::max(range.min, quantized(0.0F));
      range.max = std::min(range.max, quantized(6.0F));
      break;
    case Activation::kReluN1To1:
      range.min = std::max(range.min, quantized(-1.0F));
      range.max = std::min(range.max, quantized(1.0F));
      break;
  }
  return range;
}

}  // namespace systolite
