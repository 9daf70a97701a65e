// SPDX-License-Identifier: Apache-2.0
#include "mapper/passes/kernel_view.h"

#include <algorithm>

namespace systolite {
namespace {

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

// The different sets of taps inside an axis of `size` pixels.
std::vector<TapRange> taps_inside(int size, int outputs, int kernel, int stride, int dilation, int pad) {
  std::vector<TapRange> ranges;
  for (int output = 0; output < outputs; ++output) {
    const std::int64_t origin = std::int64_t{output} * stride - pad;
    const std::int64_t first = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation;
    const std::int64_t end = origin >= size ? 0 : (size - origin - 1) / dilation + 1;
    const TapRange range{static_cast<int>(std::min<std::int64_t>(first, kernel)),
                         static_cast<int>(std::min<std::int64_t>(end, kernel))};
    // Windows inside the image come in runs, so equal ranges are neighbours or few.
    if (std::ranges::find(ranges.rbegin(), ranges.rend(), range) == ranges.rend()) ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

int channel_count(const Tensor& tensor) { return tensor.shape.empty() ? 1 : tensor.shape.back(); }

bool has_kernel(const Op& op) noexcept {
  return std::holds_alternative<Conv2d>(op.params) || std::holds_alternative<DepthwiseConv2d>(op.params) ||
         std::holds_alternative<FullyConnected>(op.params);
}

KernelView::KernelView(const Graph& graph, const Op& op) {
  const Tensor& in = tensor(graph, op.inputs.at(0));
  const Tensor& kernel = tensor(graph, op.inputs.at(1));
  const Tensor& out = tensor(graph, op.outputs.at(0));
  weights_ = &kernel.data;
  if (op.inputs.size() > 2 && op.inputs[2] >= 0) bias_ = &tensor(graph, op.inputs[2]).data;
  input_zero_point = static_cast<std::int32_t>(in.quant.zero_points.at(0));
  outputs = channel_count(out);
  const auto window = [&](const auto& params) {
    kernel_h = kernel.shape.at(1);
    kernel_w = kernel.shape.at(2);
    rows = taps_inside(in.shape.at(1), out.shape.at(1), kernel_h, params.stride_h, params.dilation_h, params.pad.top);
    cols = taps_inside(in.shape.at(2), out.shape.at(2), kernel_w, params.stride_w, params.dilation_w, params.pad.left);
  };
  if (const auto* conv = std::get_if<Conv2d>(&op.params)) {
    window(*conv);
    inputs = kernel.shape.at(3);
    tap_step_ = static_cast<std::size_t>(inputs);
  } else if (const auto* depthwise = std::get_if<DepthwiseConv2d>(&op.params)) {
    window(*depthwise);
    outputs_per_input = depthwise->depth_multiplier;
    output_step_ = 1;
    tap_step_ = static_cast<std::size_t>(outputs);
    return;
  } else {
    const int depth = kernel.shape.at(1);
    by_channel = depth % channel_count(in) == 0;
    inputs = by_channel ? channel_count(in) : depth;
    kernel_w = depth / inputs;
    rows = {{0, 1}};
    cols = {{0, kernel_w}};
    tap_step_ = static_cast<std::size_t>(inputs);
  }
  output_step_ = static_cast<std::size_t>(kernel_h) * static_cast<std::size_t>(kernel_w) * tap_step_;
}

std::int32_t KernelView::bias(int output) const {
  if (bias_ == nullptr) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value |= static_cast<std::uint32_t>((*bias_)[4 * static_cast<std::size_t>(output) + i]) << (8 * i);
  return static_cast<std::int32_t>(value);
}

}  // namespace systolite
