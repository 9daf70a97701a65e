// SPDX-License-Identifier: Apache-2.0
#include "driver/host/kernel_params.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "mapper/quantization/quantization.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

[[noreturn]] void refuse(const Op& op, const std::string& reason) {
  throw Error(ExitCode::kModel, "operator #" + std::to_string(op.index) + " " + op.type + " " + reason);
}

// One operator with its operands, and the values every kernel needs from them.
class OpView {
 public:
  OpView(const Graph& graph, const Op& op, Rounding rounding) : graph_(graph), op_(op), rounding_(rounding) {}

  [[nodiscard]] const Op& op() const { return op_; }
  [[nodiscard]] const Tensor& input(std::size_t i) const { return tensor(op_.inputs.at(i)); }
  [[nodiscard]] const Tensor& output() const { return tensor(op_.outputs.at(0)); }
  [[nodiscard]] Rounding rounding() const { return rounding_; }
  [[nodiscard]] std::int32_t kernel_rounding() const {
    return rounding_ == Rounding::kDouble ? kSltDoubleRounding : kSltSingleRounding;
  }

  [[nodiscard]] float scale(const Tensor& t) const {
    if (t.quant.scales.empty()) refuse(op_, "has the tensor '" + t.name + "' without a scale");
    return t.quant.scales.front();
  }
  [[nodiscard]] std::int32_t zero_point(const Tensor& t) const {
    const std::int64_t value = t.quant.zero_points.empty() ? 0 : t.quant.zero_points.front();
    if (value < kSltInt8Min || value > kSltInt8Max) {
      refuse(op_, "has the zero point " + std::to_string(value) + "; int8 tensors have -128 to 127");
    }
    return static_cast<std::int32_t>(value);
  }
  [[nodiscard]] int dim(const Tensor& t, std::size_t axis) const {
    if (t.shape.size() != 4) refuse(op_, "needs the tensor '" + t.name + "' to have four dimensions");
    return t.shape[axis];
  }
  [[nodiscard]] ActivationRange range(Activation activation) const {
    static_cast<void>(scale(output()));
    return activation_range(output(), activation);
  }
  [[nodiscard]] LayerQuantization layer_scales() const {
    for (const Tensor* t : {&input(0), &input(1), &output()}) static_cast<void>(scale(*t));
    return layer_quantization(graph_, op_, rounding_);
  }
  [[nodiscard]] AddQuantization add_scales() const {
    for (const Tensor* t : {&input(0), &input(1), &output()}) static_cast<void>(scale(*t));
    return add_quantization(graph_, op_, rounding_);
  }

 private:
  [[nodiscard]] const Tensor& tensor(int index) const { return graph_.tensors.at(static_cast<std::size_t>(index)); }

  const Graph& graph_;
  const Op& op_;
  Rounding rounding_;
};

void require_geometry(const OpView& view, bool ok) {
  if (!ok) refuse(view.op(), "has dimensions outside the range of the processor kernel (driver/kernels)");
}

// One entry for each channel; one scale in all is repeated.
ScaleTable scale_table(const OpView& view, int channels) {
  const LayerQuantization quantization = view.layer_scales();
  const std::size_t scales = quantization.multipliers.size();
  if (scales != 1 && scales != static_cast<std::size_t>(channels)) {
    refuse(view.op(),
           "has " + std::to_string(scales) + " weight scales for " + std::to_string(channels) + " output channels");
  }
  ScaleTable table;
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    const QuantizedMultiplier& m = quantization.multipliers[scales == 1 ? 0 : c];
    if (!slt_scale_ok(m.multiplier, m.shift))
      refuse(view.op(), "rescales by more than 2^30, the most that is supported");
    table.multipliers.push_back(m.multiplier);
    table.shifts.push_back(m.shift);
  }
  return table;
}

Kernel conv2d(const OpView& view, const Conv2d& conv) {
  const Tensor& in = view.input(0);
  const Tensor& weights = view.input(1);
  const Tensor& out = view.output();
  const ActivationRange range = view.range(conv.activation);
  const slt_conv2d_params_t params = {.input_height = view.dim(in, 1),
                                      .input_width = view.dim(in, 2),
                                      .input_channels = view.dim(in, 3),
                                      .output_height = view.dim(out, 1),
                                      .output_width = view.dim(out, 2),
                                      .output_channels = view.dim(out, 3),
                                      .kernel_height = view.dim(weights, 1),
                                      .kernel_width = view.dim(weights, 2),
                                      .kernel_channels = view.dim(weights, 3),
                                      .stride_y = conv.stride_h,
                                      .stride_x = conv.stride_w,
                                      .dilation_y = conv.dilation_h,
                                      .dilation_x = conv.dilation_w,
                                      .pad_top = conv.pad.top,
                                      .pad_left = conv.pad.left,
                                      .input_zero_point = view.zero_point(in),
                                      .output_zero_point = view.zero_point(out),
                                      .act_min = range.min,
                                      .act_max = range.max,
                                      .rounding = view.kernel_rounding()};
  require_geometry(view, slt_conv2d_params_ok(&params));
  return Conv2dKernel{params, scale_table(view, params.output_channels)};
}

Kernel depthwise_conv2d(const OpView& view, const DepthwiseConv2d& conv) {
  const Tensor& in = view.input(0);
  const Tensor& weights = view.input(1);
  const Tensor& out = view.output();
  const ActivationRange range = view.range(conv.activation);
  const slt_depthwise_conv2d_params_t params = {.input_height = view.dim(in, 1),
                                                .input_width = view.dim(in, 2),
                                                .input_channels = view.dim(in, 3),
                                                .output_height = view.dim(out, 1),
                                                .output_width = view.dim(out, 2),
                                                .depth_multiplier = conv.depth_multiplier,
                                                .kernel_height = view.dim(weights, 1),
                                                .kernel_width = view.dim(weights, 2),
                                                .stride_y = conv.stride_h,
                                                .stride_x = conv.stride_w,
                                                .dilation_y = conv.dilation_h,
                                                .dilation_x = conv.dilation_w,
                                                .pad_top = conv.pad.top,
                                                .pad_left = conv.pad.left,
                                                .input_zero_point = view.zero_point(in),
                                                .output_zero_point = view.zero_point(out),
                                                .act_min = range.min,
                                                .act_max = range.max,
                                                .rounding = view.kernel_rounding()};
  require_geometry(view, slt_depthwise_conv2d_params_ok(&params) &&
                             slt_depthwise_conv2d_output_channels(&params) == view.dim(out, 3));
  return DepthwiseConv2dKernel{params, scale_table(view, view.dim(out, 3))};
}

Kernel fully_connected(const OpView& view, const FullyConnected& dense) {
  const Tensor& in = view.input(0);
  const Tensor& weights = view.input(1);
  if (weights.shape.size() != 2) refuse(view.op(), "needs weights of two dimensions");
  const int units = weights.shape[0];
  const int depth = weights.shape[1];
  const std::int64_t rows = in.elements() / depth;
  require_geometry(view, rows <= std::numeric_limits<std::int32_t>::max());
  const ActivationRange range = view.range(dense.activation);
  const slt_fully_connected_params_t params = {.rows = static_cast<std::int32_t>(rows),
                                               .depth = depth,
                                               .units = units,
                                               .per_channel = weights.quant.scales.size() > 1 ? 1 : 0,
                                               .input_zero_point = view.zero_point(in),
                                               .weights_zero_point = view.zero_point(weights),
                                               .output_zero_point = view.zero_point(view.output()),
                                               .act_min = range.min,
                                               .act_max = range.max,
                                               .rounding = view.kernel_rounding()};
  require_geometry(view, slt_fully_connected_params_ok(&params));
  return FullyConnectedKernel{params, scale_table(view, params.per_channel != 0 ? units : 1)};
}

// Shape with leading ones. Operands of one shape are strings of bytes: dimensions beyond the fourth are merged into it.
void set_dims(const OpView& view, const Tensor& t, bool same_shape, slt_add_operand_t& operand) {
  std::fill(std::begin(operand.dims), std::end(operand.dims), 1);
  const std::size_t rank = t.shape.size();
  if (rank > 4 && !same_shape) refuse(view.op(), "broadcasts over more than four dimensions");
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = rank <= 4 ? 4 - rank + i : std::min<std::size_t>(i, 3);
    const std::int64_t extent = std::int64_t{operand.dims[axis]} * t.shape[i];
    require_geometry(view, extent <= kSltMaxDim);
    operand.dims[axis] = static_cast<std::int32_t>(extent);
  }
}

Kernel add(const OpView& view, const Add& op) {
  const Tensor& a = view.input(0);
  const Tensor& b = view.input(1);
  static_assert(kAddLeftShift == kSltAddLeftShift);
  const auto [by_a, by_b, by_out] = view.add_scales();
  const ActivationRange range = view.range(op.activation);
  const bool same_shape = a.shape == b.shape;
  slt_add_params_t params = {
      .in1 = {.dims = {}, .zero_point = view.zero_point(a), .multiplier = by_a.multiplier, .shift = by_a.shift},
      .in2 = {.dims = {}, .zero_point = view.zero_point(b), .multiplier = by_b.multiplier, .shift = by_b.shift},
      .output_zero_point = view.zero_point(view.output()),
      .output_multiplier = by_out.multiplier,
      .output_shift = by_out.shift,
      .act_min = range.min,
      .act_max = range.max,
      .rounding = view.kernel_rounding()};
  set_dims(view, a, same_shape, params.in1);
  set_dims(view, b, same_shape, params.in2);
  require_geometry(view, slt_add_params_ok(&params));
  return AddKernel{params};
}

Kernel pool2d(const OpView& view, const Pool2d& pool) {
  const Tensor& in = view.input(0);
  const Tensor& out = view.output();
  const ActivationRange range = view.range(pool.activation);
  const slt_pool2d_params_t params = {.input_height = view.dim(in, 1),
                                      .input_width = view.dim(in, 2),
                                      .output_height = view.dim(out, 1),
                                      .output_width = view.dim(out, 2),
                                      .channels = view.dim(in, 3),
                                      .window_height = pool.filter_h,
                                      .window_width = pool.filter_w,
                                      .stride_y = pool.stride_h,
                                      .stride_x = pool.stride_w,
                                      .pad_top = pool.pad.top,
                                      .pad_left = pool.pad.left,
                                      .act_min = range.min,
                                      .act_max = range.max};
  require_geometry(view, slt_pool2d_params_ok(&params));
  return Pool2dKernel{pool.average, params};
}

Kernel softmax(const OpView& view, const Softmax& op) {
  const Tensor& in = view.input(0);
  if (in.shape.empty()) refuse(view.op(), "needs at least one dimension");
  const int depth = in.shape.back();
  const SoftmaxScaling scaling = softmax_scaling(op.beta, view.scale(in));
  const slt_softmax_params_t params = {.rows = static_cast<std::int32_t>(in.elements() / depth),
                                       .depth = depth,
                                       .input_multiplier = scaling.input.multiplier,
                                       .input_left_shift = scaling.input.shift,
                                       .diff_min = scaling.diff_min,
                                       .rounding = view.kernel_rounding()};
  if (!slt_softmax_params_ok(&params)) {
    refuse(view.op(), "has a last dimension of " + std::to_string(depth) + " and beta * scale = " +
                          std::to_string(static_cast<double>(op.beta) * static_cast<double>(view.scale(in))) +
                          "; the processor kernel takes up to 4095 values and factors of 2^-26 to 16");
  }
  return SoftmaxKernel{params};
}

Kernel copy(const OpView& view) {
  const std::int64_t bytes = view.input(0).elements();
  require_geometry(view, bytes >= 1 && bytes <= std::numeric_limits<std::int32_t>::max());
  return CopyKernel{{.bytes = static_cast<std::int32_t>(bytes)}};
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// Bytes the kernel will read or write at each operand; 0: no such operand.
struct KernelBytes {
  std::uint32_t input0, input1, output;
};

KernelBytes kernel_bytes(const Kernel& kernel) {
  return std::visit(
      Overloaded{[](const Conv2dKernel& k) {
                   return KernelBytes{slt_conv2d_input_bytes(&k.params), slt_conv2d_weight_bytes(&k.params),
                                      slt_conv2d_output_bytes(&k.params)};
                 },
                 [](const DepthwiseConv2dKernel& k) {
                   return KernelBytes{slt_depthwise_conv2d_input_bytes(&k.params),
                                      slt_depthwise_conv2d_weight_bytes(&k.params),
                                      slt_depthwise_conv2d_output_bytes(&k.params)};
                 },
                 [](const FullyConnectedKernel& k) {
                   return KernelBytes{slt_fully_connected_input_bytes(&k.params),
                                      slt_fully_connected_weight_bytes(&k.params),
                                      slt_fully_connected_output_bytes(&k.params)};
                 },
                 [](const AddKernel& k) {
                   return KernelBytes{slt_add_input1_bytes(&k.params), slt_add_input2_bytes(&k.params),
                                      slt_add_output_bytes(&k.params)};
                 },
                 [](const Pool2dKernel& k) {
                   return KernelBytes{slt_pool2d_input_bytes(&k.params), 0, slt_pool2d_output_bytes(&k.params)};
                 },
                 [](const SoftmaxKernel& k) {
                   return KernelBytes{slt_softmax_bytes(&k.params), 0, slt_softmax_bytes(&k.params)};
                 },
                 [](const CopyKernel& k) {
                   const auto bytes = static_cast<std::uint32_t>(k.params.bytes);
                   return KernelBytes{bytes, 0, bytes};
                 }},
      kernel);
}

void require_size(const OpView& view, const Tensor& t, std::uint32_t bytes) {
  if (t.dtype == DType::kInt8 && t.bytes() == bytes && (!t.is_constant() || t.data.size() == bytes)) return;
  refuse(view.op(), "needs " + std::to_string(bytes) + " bytes of int8 in the tensor '" + t.name + "', which has " +
                        std::to_string(t.is_constant() ? static_cast<std::int64_t>(t.data.size()) : t.bytes()));
}

}  // namespace

SoftmaxScaling softmax_scaling(float beta, float input_scale) {
  constexpr int kIntegerBits = 5;  // of the difference to the maximum
  constexpr int kFractionBits = 31 - kIntegerBits;
  const double largest = std::ldexp(1.0, 31) - 1.0;
  const double factor =
      std::min(static_cast<double>(beta) * static_cast<double>(input_scale) * std::ldexp(1.0, kFractionBits), largest);
  SoftmaxScaling scaling{quantize_multiplier(factor), 0};
  const double radius =
      std::ldexp(static_cast<double>((1 << kIntegerBits) - 1), kFractionBits) / std::ldexp(1.0, scaling.input.shift);
  scaling.diff_min = -static_cast<std::int32_t>(std::floor(std::min(radius, largest)));
  return scaling;
}

Kernel make_kernel(const Graph& graph, const Op& op, Rounding rounding) {
  const OpView view(graph, op, rounding);
  Kernel kernel = std::visit(
      Overloaded{[&](const Conv2d& p) { return conv2d(view, p); },
                 [&](const DepthwiseConv2d& p) { return depthwise_conv2d(view, p); },
                 [&](const FullyConnected& p) { return fully_connected(view, p); },
                 [&](const Add& p) { return add(view, p); }, [&](const Pool2d& p) { return pool2d(view, p); },
                 [&](const Softmax& p) { return softmax(view, p); }, [&](const Reshape&) { return copy(view); }},
      op.params);
  const KernelBytes bytes = kernel_bytes(kernel);
  require_size(view, view.input(0), bytes.input0);
  if (bytes.input1 != 0) require_size(view, view.input(1), bytes.input1);
  require_size(view, view.output(), bytes.output);
  return kernel;
}

}  // namespace systolite
