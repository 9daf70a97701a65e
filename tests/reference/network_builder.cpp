// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/network_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace systolite::reference {
namespace {

struct Border {
  int before = 0, after = 0, out = 0;
};

Border border(int in, int kernel, int stride, int dilation, bool same) {
  const int reach = (kernel - 1) * dilation + 1;
  if (!same) return {0, 0, (in - reach) / stride + 1};
  const int out = (in + stride - 1) / stride;
  const int total = std::max((out - 1) * stride + reach - in, 0);
  return {total / 2, total - total / 2, out};
}

std::string text_of(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "none";
    case Activation::kRelu:
      return "relu";
    case Activation::kReluN1To1:
      return "relu_n1_to_1";
    case Activation::kRelu6:
      return "relu6";
  }
  return "";
}

std::string text_of(const WindowShape& w) {
  return fmt::format("k{}x{} s{}x{} d{}x{} {}", w.height, w.width, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w,
                     w.same ? "SAME" : "VALID");
}

template <typename Params>
void set_window(Params& params, const WindowShape& window, const Border& y, const Border& x) {
  params.stride_h = window.stride_h;
  params.stride_w = window.stride_w;
  params.pad = {y.before, y.after, x.before, x.after};
}

template <typename Params>
void set_dilation(Params& params, const WindowShape& window) {
  params.dilation_h = window.dilation_h;
  params.dilation_w = window.dilation_w;
}

Border rows(const std::vector<int>& in, const WindowShape& w) {
  return border(in[1], w.height, w.stride_h, w.dilation_h, w.same);
}
Border columns(const std::vector<int>& in, const WindowShape& w) {
  return border(in[2], w.width, w.stride_w, w.dilation_w, w.same);
}

std::size_t count(const std::vector<int>& shape) {
  std::size_t elements = 1;
  for (const int dimension : shape) elements *= static_cast<std::size_t>(dimension);
  return elements;
}

}  // namespace

int NetworkBuilder::new_tensor(std::string name, DType dtype, std::vector<int> shape, Quantization quant) {
  const auto index = static_cast<int>(graph_.tensors.size());
  graph_.tensors.push_back({fmt::format("{}_{}", name, index), dtype, std::move(shape), std::move(quant), {}});
  return index;
}

int NetworkBuilder::activation(std::vector<int> shape) {
  const int zero_point = random_.chance(25)   ? -128
                         : random_.chance(10) ? random_.one_of({127, 0})
                                              : random_.number(-128, 127);
  return new_tensor("activation", DType::kInt8, std::move(shape),
                    {{static_cast<float>(random_.power(-9, 0))}, {zero_point}, 0});
}

int NetworkBuilder::input(std::vector<int> shape) {
  const int index = activation(std::move(shape));
  graph_.inputs.push_back(index);
  return index;
}

int NetworkBuilder::constant(std::vector<int> shape) {
  const int index = activation(std::move(shape));
  for (std::size_t i = count(tensor(index).shape); i > 0; --i)
    tensor(index).data.push_back(static_cast<std::uint8_t>(random_.byte()));
  return index;
}

int NetworkBuilder::weights(std::vector<int> shape, int dim, int channels, bool per_channel) {
  const std::size_t scales = per_channel ? static_cast<std::size_t>(channels) : 1;
  const int index = new_tensor("weights", DType::kInt8, std::move(shape),
                               {std::vector<float>(scales, 1.0F), std::vector<std::int64_t>(scales, 0), dim});
  // The specification keeps weights within -127 and 127; the device must take -128 all the same.
  const bool sparse = random_.chance(15);
  for (std::size_t i = count(tensor(index).shape); i > 0; --i) {
    const std::int8_t value = sparse && random_.chance(80) ? std::int8_t{0} : random_.byte();
    tensor(index).data.push_back(static_cast<std::uint8_t>(value));
  }
  return index;
}

int NetworkBuilder::bias(int in, int weights, int channels, std::int64_t magnitude) {
  std::vector<float> scales;
  for (const float scale : tensor(weights).quant.scales) scales.push_back(scale * tensor(in).quant.scales[0]);
  std::vector<std::int64_t> zero_points(scales.size(), 0);
  const int index = new_tensor("bias", DType::kInt32, {channels}, {std::move(scales), std::move(zero_points), 0});
  std::vector<std::int32_t> values;
  for (int c = 0; c < channels; ++c)
    values.push_back(static_cast<std::int32_t>(random_.integer(-magnitude, magnitude)));
  tensor(index).data.resize(values.size() * sizeof(std::int32_t));
  std::memcpy(tensor(index).data.data(), values.data(), tensor(index).data.size());
  return index;
}

void NetworkBuilder::scale_layer(int in, int weights, int output, int terms, ScaleStyle style) {
  const double in_scale = tensor(in).quant.scales[0];
  // Products of uniform bytes deviate by about 74 * 74; a good multiplier maps the deviation of their sum to 20 to 100.
  const double usual = random_.power(4.3, 6.6) / (5500.0 * std::sqrt(static_cast<double>(terms)));
  // With this multiplier or a smaller one no sum leaves int32 when it is scaled up.
  const double largest = std::ldexp(1.0, 30) / (32640.0 * terms + 1e5);
  Quantization& quant = tensor(weights).quant;
  for (std::size_t c = 0; c < quant.scales.size(); ++c) {
    double multiplier = usual * random_.power(-2, 1);
    if (style == ScaleStyle::kZeroChannels && random_.chance(60)) multiplier = random_.power(-50, -31);
    if (style == ScaleStyle::kSmall) multiplier = random_.power(-31, -12);
    if (style == ScaleStyle::kLarge) multiplier = random_.power(-1, std::log2(largest));
    quant.scales[c] = static_cast<float>(multiplier);  // times out / in, below
  }
  const double out_scale = in_scale * random_.power(-3, 3);
  tensor(output).quant.scales[0] = static_cast<float>(out_scale);
  for (float& scale : quant.scales) scale = static_cast<float>(scale * out_scale / in_scale);
}

// Scales and bias; returns the bias tensor or -1.
int NetworkBuilder::finish_layer(int in, int weights, int output, int channels, int terms) {
  ScaleStyle style = ScaleStyle::kUsual;
  if (random_.chance(20)) style = static_cast<ScaleStyle>(random_.number(1, 3));
  scale_layer(in, weights, output, terms, style);
  constexpr std::array<const char*, 4> kNames{"usual", "zero", "small", "large"};
  scales_ = fmt::format("scales={}/{}", kNames[static_cast<std::size_t>(style)], tensor(weights).quant.scales.size());
  if (random_.chance(10)) {
    scales_ += " bias=no";
    return -1;
  }
  // Full-range biases wrap the sum; a left shift would then leave int32, where the specification is silent.
  const bool full = style != ScaleStyle::kLarge && random_.chance(12);
  scales_ += full ? " bias=full" : " bias=usual";
  return bias(in, weights, channels, full ? std::numeric_limits<std::int32_t>::max() : random_.integer(0, 100000));
}

Activation NetworkBuilder::fused() {
  const int draw = random_.number(0, 9);
  if (draw < 4) return Activation::kNone;
  if (draw < 7) return Activation::kRelu;
  return draw < 9 ? Activation::kRelu6 : Activation::kReluN1To1;
}

int NetworkBuilder::append(std::string type, std::vector<int> inputs, int output, OpParams params,
                           const std::string& details) {
  const auto index = static_cast<int>(graph_.ops.size());
  text_ += fmt::format("{}{} {} -> {} {}", index == 0 ? "" : "; ", type, fmt::join(shape(inputs[0]), "x"),
                       fmt::join(shape(output), "x"), details);
  graph_.ops.push_back({index, std::move(type), tensor(output).name, std::move(inputs), {output}, params});
  return output;
}

int NetworkBuilder::conv(int in, int channels, const WindowShape& window) {
  const std::vector<int> from = shape(in);
  const Border y = rows(from, window);
  const Border x = columns(from, window);
  const int out = activation({1, y.out, x.out, channels});
  const int kernel = weights({channels, window.height, window.width, from[3]}, 0, channels, !random_.chance(15));
  const int bias_tensor = finish_layer(in, kernel, out, channels, window.height * window.width * from[3]);
  Conv2d params;
  set_window(params, window, y, x);
  set_dilation(params, window);
  params.activation = fused();
  return append("CONV_2D", {in, kernel, bias_tensor}, out, params,
                fmt::format("{} {} {}", text_of(window), text_of(params.activation), scales_));
}

int NetworkBuilder::depthwise(int in, int depth_multiplier, const WindowShape& window) {
  const std::vector<int> from = shape(in);
  const Border y = rows(from, window);
  const Border x = columns(from, window);
  const int channels = from[3] * depth_multiplier;
  const int out = activation({1, y.out, x.out, channels});
  const int kernel = weights({1, window.height, window.width, channels}, 3, channels, !random_.chance(15));
  const int bias_tensor = finish_layer(in, kernel, out, channels, window.height * window.width);
  DepthwiseConv2d params;
  set_window(params, window, y, x);
  set_dilation(params, window);
  params.depth_multiplier = depth_multiplier;
  params.activation = fused();
  return append("DEPTHWISE_CONV_2D", {in, kernel, bias_tensor}, out, params,
                fmt::format("{} m{} {} {}", text_of(window), depth_multiplier, text_of(params.activation), scales_));
}

int NetworkBuilder::fully_connected(int in, int outputs) {
  const auto inputs = static_cast<int>(count(shape(in)));
  const int out = activation({1, outputs});
  const int kernel = weights({outputs, inputs}, 0, outputs, random_.chance(20));
  const int bias_tensor = finish_layer(in, kernel, out, outputs, inputs);
  FullyConnected params;
  params.activation = fused();
  return append("FULLY_CONNECTED", {in, kernel, bias_tensor}, out, params,
                fmt::format("{} {}", text_of(params.activation), scales_));
}

int NetworkBuilder::add(int a, int b) {
  const int out = activation(count(shape(a)) >= count(shape(b)) ? shape(a) : shape(b));
  const double larger = std::max(tensor(a).quant.scales[0], tensor(b).quant.scales[0]);
  tensor(out).quant.scales[0] = static_cast<float>(larger * random_.power(-2, 3));
  Add params;
  params.activation = fused();
  return append("ADD", {a, b}, out, params,
                fmt::format("+ {} {}", fmt::join(shape(b), "x"), text_of(params.activation)));
}

int NetworkBuilder::pool(int in, bool average, const WindowShape& window) {
  const std::vector<int> from = shape(in);
  const Border y = rows(from, window);
  const Border x = columns(from, window);
  const int out = activation({1, y.out, x.out, from[3]});
  tensor(out).quant = tensor(in).quant;
  Pool2d params;
  params.average = average;
  params.filter_h = window.height;
  params.filter_w = window.width;
  set_window(params, window, y, x);
  params.activation = fused();
  return append(average ? "AVERAGE_POOL_2D" : "MAX_POOL_2D", {in}, out, params,
                fmt::format("{} {}", text_of(window), text_of(params.activation)));
}

int NetworkBuilder::reshape(int in, std::vector<int> to) {
  const int out = activation(std::move(to));
  tensor(out).quant = tensor(in).quant;
  return append("RESHAPE", {in}, out, Reshape{}, "");
}

int NetworkBuilder::softmax(int in) {
  const int out = new_tensor("activation", DType::kInt8, shape(in), {{1.0F / 256.0F}, {-128}, 0});
  return append("SOFTMAX", {in}, out, Softmax{}, "");
}

RandomCase NetworkBuilder::finish(int output, const std::string& title) {
  graph_.name = "random";
  graph_.outputs = {output};
  std::vector<Bytes> inputs;
  for (const int index : graph_.inputs) {
    const bool extreme = random_.chance(10);  // only the ends of the range
    Bytes values;
    for (std::size_t i = count(shape(index)); i > 0; --i) {
      values.push_back(extreme ? static_cast<std::int8_t>(random_.one_of({-128, 127})) : random_.byte());
    }
    inputs.push_back(std::move(values));
  }
  return {std::move(graph_), std::move(inputs), title + text_};
}

}  // namespace systolite::reference
