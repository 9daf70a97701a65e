// SPDX-License-Identifier: Apache-2.0
#include "mapper/passes/remove_constant_channels.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "mapper/passes/channel_demand.h"
#include "mapper/passes/channel_range.h"
#include "mapper/passes/kernel_view.h"

namespace systolite {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

TensorChannels split_channels(const std::vector<bool>& needed, const std::vector<ValueRange>& ranges) {
  TensorChannels channels;
  for (std::size_t c = 0; c < needed.size(); ++c) {
    const auto channel = static_cast<int>(c);
    if (needed[c]) {
      channels.kept.push_back(channel);
    } else if (ranges[c].is_constant()) {
      channels.removed.push_back({channel, static_cast<std::int8_t>(ranges[c].low)});
    } else {
      channels.removed.push_back({channel, std::nullopt});
    }
  }
  return channels;
}

// Per-channel quantisation of the kept channels; one scale for all stays.
Quantization kept_quantization(const Quantization& quant, const std::vector<int>& kept) {
  if (quant.scales.size() <= 1) return quant;
  Quantization result{.scales = {}, .zero_points = {}, .dim = quant.dim};
  for (const int c : kept) {
    result.scales.push_back(quant.scales.at(at(c)));
    result.zero_points.push_back(quant.zero_points.at(at(c)));
  }
  return result;
}

void append_int32(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Copies a graph, leaving channels out.
class Reducer {
 public:
  Reducer(const Graph& graph, Rounding rounding) : graph_(graph), ranges_(channel_ranges(graph, rounding)) {
    const std::vector<std::vector<bool>> needed = channel_demand(graph, ranges_);
    for (std::size_t t = 0; t < needed.size(); ++t) channels_.push_back(split_channels(needed[t], ranges_[t]));
  }

  ReducedGraph run() {
    result_ = graph_;
    std::vector<RemovedWork> removed;
    for (std::size_t t = 0; t < channels_.size(); ++t) {
      if (!channels_[t].removed.empty()) result_.tensors[t].shape.back() = static_cast<int>(channels_[t].kept.size());
    }
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      const Op& op = graph_.ops[i];
      if (has_kernel(op)) reduce_kernel(i);
      if (std::holds_alternative<Add>(op.params)) reduce_constant_operands(i);
      removed.push_back(removed_work(i));
    }
    return {std::move(result_), std::move(channels_), std::move(removed)};
  }

 private:
  [[nodiscard]] const TensorChannels& channels(int tensor) const { return channels_.at(at(tensor)); }

  // The operand of an operator that is about to change: its own, so that no other operator sees the change.
  Tensor& own_constant(std::size_t op_index, std::size_t operand) {
    int& index = result_.ops[op_index].inputs.at(operand);
    std::ptrdiff_t uses = 0;
    for (const Op& op : result_.ops) uses += std::ranges::count(op.inputs, index);
    if (uses > 1) {
      result_.tensors.push_back(result_.tensors[at(index)]);
      index = static_cast<int>(result_.tensors.size()) - 1;
    }
    return result_.tensors[at(index)];
  }

  void reduce_kernel(std::size_t op_index) {
    const Op& op = graph_.ops[op_index];
    if (channels(op.inputs[0]).removed.empty() && channels(op.outputs[0]).removed.empty()) return;
    const KernelView kernel(graph_, op);
    reduce_weights(op_index, kernel);
    reduce_bias(op_index, kernel);
  }

  void reduce_weights(std::size_t op_index, const KernelView& kernel) {
    const Op& op = graph_.ops[op_index];
    const Tensor& original = graph_.tensors[at(op.inputs[1])];
    const std::vector<int>& outputs = channels(op.outputs[0]).kept;
    const std::vector<int> inputs = kept_inputs(op, kernel);
    Tensor& weights = own_constant(op_index, 1);
    weights.data.clear();
    const auto put = [&](int o, int row, int col, int i) {
      weights.data.push_back(original.data[kernel.weight_index(o, row, col, i)]);
    };
    const auto for_taps = [&](const auto& body) {
      for (int row = 0; row < kernel.kernel_h; ++row) {
        for (int col = 0; col < kernel.kernel_w; ++col) body(row, col);
      }
    };
    if (std::holds_alternative<DepthwiseConv2d>(op.params)) {
      for_taps([&](int row, int col) {
        for (const int o : outputs) put(o, row, col, 0);
      });
      weights.shape.back() = static_cast<int>(outputs.size());
    } else {
      for (const int o : outputs) {
        for_taps([&](int row, int col) {
          for (const int i : inputs) put(o, row, col, i);
        });
      }
      weights.shape.front() = static_cast<int>(outputs.size());
      const int inputs_per_weight = std::holds_alternative<Conv2d>(op.params) ? 1 : kernel.kernel_w;
      weights.shape.back() = static_cast<int>(inputs.size()) * inputs_per_weight;
    }
    weights.quant = kept_quantization(original.quant, outputs);
  }

  [[nodiscard]] std::vector<int> kept_inputs(const Op& op, const KernelView& kernel) const {
    if (kernel.by_channel) return channels(op.inputs[0]).kept;
    std::vector<int> all(at(kernel.inputs));  // none is missing
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  void reduce_bias(std::size_t op_index, const KernelView& kernel) {
    const Op& op = graph_.ops[op_index];
    const std::vector<int>& outputs = channels(op.outputs[0]).kept;
    std::vector<std::uint8_t> values;
    for (const int o : outputs)
      append_int32(values, static_cast<std::uint32_t>(kernel.bias(o) + removed_inputs(op, kernel, o)));
    if (op.inputs.size() < 3 || op.inputs[2] < 0) {
      if (std::ranges::all_of(values, [](std::uint8_t byte) { return byte == 0; })) return;
      add_bias(op_index);
    }
    const Quantization quant = result_.tensors[at(result_.ops[op_index].inputs[2])].quant;
    Tensor& bias = own_constant(op_index, 2);
    bias.shape = {static_cast<int>(outputs.size())};
    bias.data = std::move(values);
    bias.quant = kept_quantization(quant, outputs);
  }

  // What the removed inputs add to an output.
  [[nodiscard]] std::int64_t removed_inputs(const Op& op, const KernelView& kernel, int output) const {
    if (!kernel.by_channel || kernel.outputs_per_input > 0) return 0;
    std::int64_t sum = 0;
    for (const RemovedChannel& removed : channels(op.inputs[0]).removed) {
      const ValueRange range = ranges_[at(op.inputs[0])][at(removed.channel)];
      sum += fixed_contribution(kernel, output, removed.channel, range).value();
    }
    return sum;
  }

  // Gives an operator without a bias one with the scales of its products, for the channels it had.
  void add_bias(std::size_t op_index) {
    Op& op = result_.ops[op_index];
    const Op& original = graph_.ops[op_index];
    Tensor bias{.name = op.name + "/bias", .dtype = DType::kInt32, .shape = {}, .quant = {}, .data = {}};
    for (const float scale : graph_.tensors[at(original.inputs[1])].quant.scales) {
      bias.quant.scales.push_back(scale * graph_.tensors[at(original.inputs[0])].quant.scales.at(0));
      bias.quant.zero_points.push_back(0);
    }
    op.inputs.resize(3, -1);
    op.inputs[2] = static_cast<int>(result_.tensors.size());
    result_.tensors.push_back(std::move(bias));
  }

  void reduce_constant_operands(std::size_t op_index) {
    const Op& op = graph_.ops[op_index];
    const TensorChannels& out = channels(op.outputs[0]);
    if (out.removed.empty()) return;
    const std::size_t width = out.kept.size() + out.removed.size();
    for (std::size_t operand = 0; operand < op.inputs.size(); ++operand) {
      const Tensor& original = graph_.tensors[at(op.inputs[operand])];
      if (!original.is_constant() || at(channel_count(original)) != width) continue;
      Tensor& constant = own_constant(op_index, operand);
      constant.data.clear();
      for (std::size_t pixel = 0; pixel < original.data.size(); pixel += width) {
        for (const int c : out.kept) constant.data.push_back(original.data[pixel + at(c)]);
      }
      constant.shape.back() = static_cast<int>(out.kept.size());
    }
  }

  [[nodiscard]] RemovedWork removed_work(std::size_t op_index) const {
    const Op& before = graph_.ops[op_index];
    const Op& after = result_.ops[op_index];
    RemovedWork work;
    for (const RemovedChannel& removed : channels(before.outputs[0]).removed)
      (removed.value ? work.constant_channels : work.unread_channels) += 1;
    work.macs = macs(graph_, before) - macs(result_, after);
    if (has_kernel(before))
      work.weights = graph_.tensors[at(before.inputs[1])].elements() - result_.tensors[at(after.inputs[1])].elements();
    return work;
  }

  const Graph& graph_;
  std::vector<std::vector<ValueRange>> ranges_;
  std::vector<TensorChannels> channels_;
  Graph result_;
};

}  // namespace

ReducedGraph remove_constant_channels(const Graph& graph, Rounding rounding) { return Reducer(graph, rounding).run(); }

RemovedWork total_removed(const ReducedGraph& reduced) {
  RemovedWork total;
  for (std::size_t i = 0; i < reduced.removed.size(); ++i) {
    const RemovedWork& work = reduced.removed[i];
    total.macs += work.macs;
    total.weights += work.weights;
    if (!has_kernel(reduced.graph.ops[i])) continue;
    total.constant_channels += work.constant_channels;
    total.unread_channels += work.unread_channels;
  }
  return total;
}

}  // namespace systolite
