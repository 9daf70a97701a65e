// SPDX-License-Identifier: Apache-2.0
#include "mapper/passes/channel_range.h"

#include <algorithm>
#include <optional>

#include "mapper/passes/kernel_view.h"
#include "mapper/quantization/quantization.h"

namespace systolite {
namespace {

using Ranges = std::vector<ValueRange>;

struct Interval {
  std::int64_t low = 0, high = 0;
};

constexpr int kMaxLeftShift = 30;

// What remains of every value of the interval in 32 bits, if the order of the values survives.
std::optional<Interval> wrapped(Interval exact) {
  const auto turn = [](std::int64_t value) { return (value + (std::int64_t{1} << 31)) >> 32; };
  if (turn(exact.low) != turn(exact.high)) return std::nullopt;
  const std::int64_t offset = turn(exact.low) * (std::int64_t{1} << 32);
  return Interval{exact.low - offset, exact.high - offset};
}

// Whether rescaling keeps the order of the accumulators in the interval, which lies within int32.
bool rescales_in_order(Interval sums, QuantizedMultiplier by, Rounding rounding) {
  if (by.shift > kMaxLeftShift) return false;
  if (rounding == Rounding::kDouble) {
    const std::int64_t factor = std::int64_t{1} << std::max(by.shift, 0);
    return wrapped({sums.low * factor, sums.high * factor}).has_value();
  }
  const int shift = 31 - by.shift;
  const std::int64_t half = std::int64_t{1} << (shift - 1);
  return wrapped({(sums.low * by.multiplier + half) >> shift, (sums.high * by.multiplier + half) >> shift}).has_value();
}

// The last steps of an operator: accumulator to int8.
struct Requantization {
  QuantizedMultiplier by;
  Rounding rounding;
  std::int32_t zero_point;
  ActivationRange limits;

  [[nodiscard]] int operator()(std::int64_t sum) const {
    const std::int64_t scaled =
        std::int64_t{multiply_by_quantized_multiplier(static_cast<std::int32_t>(sum), by, rounding)} + zero_point;
    return static_cast<int>(std::clamp<std::int64_t>(scaled, limits.min, limits.max));
  }
  // Rescaling and clamping never reverse an order, so the ends of the interval give the ends of the range.
  [[nodiscard]] ValueRange operator()(Interval exact) const {
    if (by.multiplier == 0) return {(*this)(std::int64_t{0}), (*this)(std::int64_t{0})};
    const std::optional<Interval> sums = wrapped(exact);
    if (!sums || !rescales_in_order(*sums, by, rounding)) return {limits.min, limits.max};
    return {(*this)(sums->low), (*this)(sums->high)};
  }
};

ValueRange join(ValueRange a, ValueRange b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

ValueRange join(const Ranges& ranges) {
  ValueRange all = ranges.front();
  for (const ValueRange& range : ranges) all = join(all, range);
  return all;
}

Ranges constant_ranges(const Tensor& tensor) {
  const auto channels = static_cast<std::size_t>(channel_count(tensor));
  Ranges ranges;
  for (std::size_t i = 0; i < tensor.data.size(); ++i) {
    const auto byte = static_cast<std::int8_t>(tensor.data[i]);
    const int value{byte};
    if (i < channels) {
      ranges.push_back({value, value});
    } else {
      ranges[i % channels] = join(ranges[i % channels], {value, value});
    }
  }
  return ranges;
}

class Analysis {
 public:
  Analysis(const Graph& graph, Rounding rounding) : graph_(graph), rounding_(rounding), ranges_(graph.tensors.size()) {}

  std::vector<Ranges> run() {
    for (std::size_t t = 0; t < graph_.tensors.size(); ++t) {
      const Tensor& tensor = graph_.tensors[t];
      if (tensor.is_constant() && tensor.dtype == DType::kInt8) ranges_[t] = constant_ranges(tensor);
    }
    for (const int input : graph_.inputs) of(input).resize(static_cast<std::size_t>(channel_count(tensor(input))));
    for (const Op& op : graph_.ops)
      of(op.outputs.at(0)) = std::visit([&](const auto& params) { return outputs(op, params); }, op.params);
    return std::move(ranges_);
  }

 private:
  [[nodiscard]] const Tensor& tensor(int index) const { return graph_.tensors.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] Ranges& of(int index) { return ranges_.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] static std::int32_t zero_point(const Tensor& t) {
    return static_cast<std::int32_t>(t.quant.zero_points.at(0));
  }

  Ranges outputs(const Op& op, const Conv2d& params) { return kernel_outputs(op, params.activation); }
  Ranges outputs(const Op& op, const DepthwiseConv2d& params) { return kernel_outputs(op, params.activation); }
  Ranges outputs(const Op& op, const FullyConnected& params) { return kernel_outputs(op, params.activation); }

  Ranges kernel_outputs(const Op& op, Activation activation) {
    const KernelView kernel(graph_, op);
    const Ranges& inputs = of(op.inputs[0]);
    const ValueRange any_input = join(inputs);
    const Tensor& out = tensor(op.outputs[0]);
    const LayerQuantization scales = layer_quantization(graph_, op, rounding_);
    Requantization requantize{{}, rounding_, zero_point(out), activation_range(out, activation)};
    Ranges result;
    for (int o = 0; o < kernel.outputs; ++o) {
      TapSums low(kernel.kernel_h, kernel.kernel_w);
      TapSums high(kernel.kernel_h, kernel.kernel_w);
      for (int row = 0; row < kernel.kernel_h; ++row) {
        for (int col = 0; col < kernel.kernel_w; ++col) {
          Interval tap;
          for (int i = 0; i < kernel.inputs; ++i) {
            const int weight = kernel.weight(o, row, col, i);
            const ValueRange x =
                kernel.by_channel ? inputs[static_cast<std::size_t>(kernel.input_channel(o, i))] : any_input;
            tap.low += weight * ((weight < 0 ? x.high : x.low) - kernel.input_zero_point);
            tap.high += weight * ((weight < 0 ? x.low : x.high) - kernel.input_zero_point);
          }
          low.set(row, col, tap.low);
          high.set(row, col, tap.high);
        }
      }
      requantize.by = scales.multipliers[scales.per_tensor ? 0 : static_cast<std::size_t>(o)];
      const std::int64_t bias = kernel.bias(o);
      std::optional<ValueRange> range;
      for (const TapRange& rows : kernel.rows) {
        for (const TapRange& cols : kernel.cols) {
          const ValueRange here = requantize(Interval{bias + low.over(rows, cols), bias + high.over(rows, cols)});
          range = range ? join(*range, here) : here;
        }
      }
      result.push_back(range.value());
    }
    return result;
  }

  Ranges outputs(const Op& op, const Add& params) {
    const AddQuantization scales = add_quantization(graph_, op, rounding_);
    const Tensor& out = tensor(op.outputs[0]);
    const Requantization requantize{scales.out, rounding_, zero_point(out), activation_range(out, params.activation)};
    const auto scaled = [&](std::size_t operand, int value, QuantizedMultiplier by) {
      const std::int32_t raised = (value - zero_point(tensor(op.inputs[operand]))) * (1 << kAddLeftShift);
      return std::int64_t{multiply_by_quantized_multiplier(raised, by, rounding_)};
    };
    const Ranges& a = of(op.inputs[0]);
    const Ranges& b = of(op.inputs[1]);
    Ranges result;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channel_count(out)); ++c) {
      const ValueRange x = a[a.size() == 1 ? 0 : c];
      const ValueRange y = b[b.size() == 1 ? 0 : c];
      result.push_back(requantize(Interval{scaled(0, x.low, scales.in1) + scaled(1, y.low, scales.in2),
                                           scaled(0, x.high, scales.in1) + scaled(1, y.high, scales.in2)}));
    }
    return result;
  }

  // An average, rounded to nearest, lies between the smallest and the largest value, as a maximum does.
  Ranges outputs(const Op& op, const Pool2d& params) {
    const ActivationRange limits = activation_range(tensor(op.outputs[0]), params.activation);
    Ranges result = of(op.inputs[0]);
    for (ValueRange& range : result)
      range = {std::clamp(range.low, limits.min, limits.max), std::clamp(range.high, limits.min, limits.max)};
    return result;
  }

  Ranges outputs(const Op& op, const Reshape&) {
    const Ranges& in = of(op.inputs[0]);
    const auto channels = static_cast<std::size_t>(channel_count(tensor(op.outputs[0])));
    if (channels % in.size() != 0) return Ranges(channels, join(in));
    Ranges result;
    for (std::size_t c = 0; c < channels; ++c) result.push_back(in[c % in.size()]);
    return result;
  }

  Ranges outputs(const Op& op, const Softmax&) {
    return Ranges(static_cast<std::size_t>(channel_count(tensor(op.outputs[0]))));
  }

  const Graph& graph_;
  Rounding rounding_;
  std::vector<Ranges> ranges_;
};

}  // namespace

std::vector<std::vector<ValueRange>> channel_ranges(const Graph& graph, Rounding rounding) {
  return Analysis(graph, rounding).run();
}

}  // namespace systolite
