// SPDX-License-Identifier: Apache-2.0
#include "mapper/quantization/quantization.h"

#include <algorithm>
#include <optional>

namespace systolite {
namespace {

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

float scale_of(const Tensor& t) { return t.quant.scales.at(0); }

}  // namespace

LayerQuantization layer_quantization(const Graph& graph, const Op& op, Rounding rounding) {
  const float in = scale_of(tensor(graph, op.inputs[0]));
  const float out = scale_of(tensor(graph, op.outputs[0]));
  const std::vector<float>& weights = tensor(graph, op.inputs[1]).quant.scales;
  // FULLY_CONNECTED with one scale multiplies the two scales as float32, everything else as double (TFLM
  // kernel_util.cc).
  const bool float_product = std::holds_alternative<FullyConnected>(op.params) && weights.size() == 1;
  LayerQuantization result;
  for (float weight : weights) {
    const double product =
        float_product ? static_cast<double>(in * weight) : static_cast<double>(in) * static_cast<double>(weight);
    result.multipliers.push_back(quantize_multiplier(product / static_cast<double>(out), rounding));
  }
  result.per_tensor = result.multipliers.size() == 1;
  return result;
}

AddQuantization add_quantization(const Graph& graph, const Op& op, Rounding rounding) {
  const auto in1 = static_cast<double>(scale_of(tensor(graph, op.inputs[0])));
  const auto in2 = static_cast<double>(scale_of(tensor(graph, op.inputs[1])));
  const auto out = static_cast<double>(scale_of(tensor(graph, op.outputs[0])));
  const double twice_max = 2 * std::max(in1, in2);
  return {quantize_multiplier(in1 / twice_max, rounding), quantize_multiplier(in2 / twice_max, rounding),
          quantize_multiplier(twice_max / ((1 << kAddLeftShift) * out), rounding)};
}

ActivationRange activation_range(const Tensor& output, Activation activation) {
  std::optional<float> low;
  std::optional<float> high;
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kRelu:
      low = 0.0F;
      break;
    case Activation::kReluN1To1:
      low = -1.0F;
      high = 1.0F;
      break;
    case Activation::kRelu6:
      low = 0.0F;
      high = 6.0F;
      break;
  }
  const auto zero_point =
      output.quant.zero_points.empty() ? 0 : static_cast<std::int32_t>(output.quant.zero_points.front());
  return calculate_activation_range(low, high, scale_of(output), zero_point);
}

}  // namespace systolite
