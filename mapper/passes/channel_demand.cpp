// SPDX-License-Identifier: Apache-2.0
#include "mapper/passes/channel_demand.h"

#include <algorithm>
#include <cstddef>

namespace systolite {
namespace {

using Channels = std::vector<bool>;

bool all_weights_zero(const KernelView& kernel, int output, int input) {
  for (int row = 0; row < kernel.kernel_h; ++row) {
    for (int col = 0; col < kernel.kernel_w; ++col) {
      if (kernel.weight(output, row, col, input) != 0) return false;
    }
  }
  return true;
}

class Demand {
 public:
  Demand(const Graph& graph, const std::vector<std::vector<ValueRange>>& ranges)
      : graph_(graph), needed_(graph.tensors.size()), dependencies_(graph.ops.size()) {
    for (const int input : graph.inputs) of(input).assign(channels(input), true);
    for (const Op& op : graph.ops) of(op.outputs.at(0)).assign(channels(op.outputs[0]), false);
    for (const int output : graph.outputs) need_all(output);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) find_dependencies(i, ranges);
  }

  std::vector<Channels> run() {
    settle();
    // From the last operator on, so that what one of them gets also serves those before it.
    for (std::size_t i = graph_.ops.size(); i-- > 0;) {
      const Op& op = graph_.ops[i];
      Channels& output = of(op.outputs[0]);
      while (static_cast<std::size_t>(std::ranges::count(output, true)) < fewest(op)) {
        *std::ranges::find(output, false) = true;
        settle();
      }
    }
    return std::move(needed_);
  }

 private:
  [[nodiscard]] const Tensor& tensor(int index) const { return graph_.tensors.at(static_cast<std::size_t>(index)); }
  [[nodiscard]] std::size_t channels(int index) const { return static_cast<std::size_t>(channel_count(tensor(index))); }
  [[nodiscard]] Channels& of(int index) { return needed_.at(static_cast<std::size_t>(index)); }

  void need(Channels& set, std::size_t channel) {
    changed_ = changed_ || !set[channel];
    set[channel] = true;
  }
  void need_all(int index) {
    for (std::size_t c = 0; c < of(index).size(); ++c) need(of(index), c);
  }
  // Channel c of one and channel d of the other come and go together.
  void tie(Channels& a, std::size_t c, Channels& b, std::size_t d) {
    if (a[c]) need(b, d);
    if (b[d]) need(a, c);
  }

  [[nodiscard]] std::size_t fewest(const Op& op) const {
    const bool scale_each =
        std::holds_alternative<FullyConnected>(op.params) && tensor(op.inputs[1]).quant.scales.size() > 1;
    return scale_each ? 2 : 1;
  }

  // For CONV_2D and FULLY_CONNECTED: whether an output depends on an input, outputs x inputs.
  void find_dependencies(std::size_t op_index, const std::vector<std::vector<ValueRange>>& ranges) {
    const Op& op = graph_.ops[op_index];
    if (!has_kernel(op) || std::holds_alternative<DepthwiseConv2d>(op.params)) return;
    const KernelView kernel(graph_, op);
    if (!kernel.by_channel) return;
    const std::vector<ValueRange>& in = ranges.at(static_cast<std::size_t>(op.inputs[0]));
    for (int o = 0; o < kernel.outputs; ++o) {
      for (int i = 0; i < kernel.inputs; ++i) {
        dependencies_[op_index].push_back(!fixed_contribution(kernel, o, i, in[static_cast<std::size_t>(i)]));
      }
    }
  }

  void settle() {
    do {
      changed_ = false;
      for (std::size_t i = graph_.ops.size(); i-- > 0;)
        std::visit([&](const auto& params) { propagate(i, params); }, graph_.ops[i].params);
    } while (changed_);
  }

  void propagate(std::size_t i, const Conv2d&) { propagate_dependencies(i); }
  void propagate(std::size_t i, const FullyConnected&) { propagate_dependencies(i); }
  void propagate_dependencies(std::size_t op_index) {
    const Op& op = graph_.ops[op_index];
    const Channels& dependencies = dependencies_[op_index];
    if (dependencies.empty()) return need_all(op.inputs[0]);
    Channels& in = of(op.inputs[0]);
    const Channels& out = of(op.outputs[0]);
    for (std::size_t o = 0; o < out.size(); ++o) {
      for (std::size_t c = 0; out[o] && c < in.size(); ++c) {
        if (dependencies[o * in.size() + c]) need(in, c);
      }
    }
  }

  void propagate(std::size_t i, const DepthwiseConv2d& params) {
    const Op& op = graph_.ops[i];
    Channels& out = of(op.outputs[0]);
    for (std::size_t c = 0; c < out.size(); ++c)
      tie(of(op.inputs[0]), c / static_cast<std::size_t>(params.depth_multiplier), out, c);
  }

  void propagate(std::size_t i, const Add&) {
    const Op& op = graph_.ops[i];
    Channels& out = of(op.outputs[0]);
    for (const int input : op.inputs) {
      if (tensor(input).is_constant()) continue;
      Channels& in = of(input);
      if (in.size() != out.size()) {  // one value for all channels
        need_all(input);
        continue;
      }
      for (std::size_t c = 0; c < out.size(); ++c) tie(in, c, out, c);
    }
  }

  void propagate(std::size_t i, const Pool2d&) { propagate_repeated(graph_.ops[i]); }
  void propagate(std::size_t i, const Reshape&) { propagate_repeated(graph_.ops[i]); }
  void propagate_repeated(const Op& op) {
    Channels& in = of(op.inputs[0]);
    Channels& out = of(op.outputs[0]);
    if (out.size() % in.size() != 0) {
      need_all(op.inputs[0]);
      need_all(op.outputs[0]);
      return;
    }
    for (std::size_t c = 0; c < out.size(); ++c) tie(in, c % in.size(), out, c);
  }

  void propagate(std::size_t i, const Softmax&) {
    need_all(graph_.ops[i].inputs[0]);
    need_all(graph_.ops[i].outputs[0]);
  }

  const Graph& graph_;
  std::vector<Channels> needed_;
  std::vector<Channels> dependencies_;  // by operator
  bool changed_ = false;
};

}  // namespace

std::optional<std::int64_t> fixed_contribution(const KernelView& kernel, int output, int input, ValueRange range) {
  if (all_weights_zero(kernel, output, input)) return 0;
  if (!range.is_constant()) return std::nullopt;
  if (range.low == kernel.input_zero_point) return 0;
  TapSums sums(kernel.kernel_h, kernel.kernel_w);
  for (int row = 0; row < kernel.kernel_h; ++row) {
    for (int col = 0; col < kernel.kernel_w; ++col) sums.set(row, col, kernel.weight(output, row, col, input));
  }
  const std::int64_t sum = sums.over(kernel.rows.front(), kernel.cols.front());
  for (const TapRange& rows : kernel.rows) {
    for (const TapRange& cols : kernel.cols) {
      if (sums.over(rows, cols) != sum) return std::nullopt;
    }
  }
  return (range.low - kernel.input_zero_point) * sum;
}

std::vector<std::vector<bool>> channel_demand(const Graph& graph, const std::vector<std::vector<ValueRange>>& ranges) {
  return Demand(graph, ranges).run();
}

}  // namespace systolite
