// SPDX-License-Identifier: Apache-2.0
#include "sim/report/lower_bound.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "mapper/lower/plan.h"
#include "sim/core/ceil_div.h"

namespace systolite {
namespace {

class Bounds {
 public:
  Bounds(const Graph& graph, const Program& program, const HwConfig& hw)
      : graph_(graph),
        program_(program),
        hw_(hw),
        plans_(plan_operators(graph, hw)),
        in_scratchpad_(graph.tensors.size()) {}

  std::vector<LowerBound> run() {
    std::vector<LowerBound> bounds(graph_.ops.size());
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      const Op& op = graph_.ops[i];
      const Where where = program_.layers.at(i).where;
      if (where == Where::kNone) in_scratchpad_[index(op.outputs[0])] = in_scratchpad_[index(op.inputs[0])];
      if (where != Where::kArray && where != Where::kVector) continue;
      LowerBound& bound = bounds[i];
      if (where == Where::kArray) bound.array_cycles = array_cycles(i);
      for (const int tensor : op.inputs) {
        const auto [seen, pixels] =
            tensor == op.inputs[0] ? seen_share(op) : std::pair<std::int64_t, std::int64_t>(1, 1);
        bound.read_bytes += bytes_to_read(tensor) * seen / pixels;
      }
      for (const int tensor : op.outputs) {
        in_scratchpad_[index(tensor)] = true;
        if (leaves(tensor)) bound.written_bytes += graph_.tensors[index(tensor)].bytes();
      }
      bound.transfer_cycles = ceil_div(std::max(bound.read_bytes, bound.written_bytes), hw_.dma.bus_bytes());
    }
    return bounds;
  }

 private:
  static std::size_t index(int tensor) { return static_cast<std::size_t>(tensor); }

  std::int64_t bytes_to_read(int tensor) {
    if (tensor < 0) return 0;
    if (!graph_.tensors[index(tensor)].is_constant()) {
      if (in_scratchpad_[index(tensor)]) return 0;
      in_scratchpad_[index(tensor)] = true;
    }
    return graph_.tensors[index(tensor)].bytes();
  }

  // How many of the positions 0 to `size` - 1 of an axis some tap of the kernel meets.
  static std::int64_t positions_seen(int size, int out, int stride, int kernel, int dilation, int pad) {
    std::vector<bool> seen(static_cast<std::size_t>(size));
    for (int o = 0; o < out; ++o) {
      for (int k = 0; k < kernel; ++k) {
        const int at = o * stride - pad + k * dilation;
        if (at >= 0 && at < size) seen[static_cast<std::size_t>(at)] = true;
      }
    }
    return std::ranges::count(seen, true);
  }

  // Pixels of the first input that a convolution reads, and pixels there are: strides longer than the kernel skip some.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> seen_share(const Op& op) const {
    const auto share = [&](const auto& conv) -> std::pair<std::int64_t, std::int64_t> {
      const auto& in = graph_.tensors[index(op.inputs[0])].shape;
      const auto& weights = graph_.tensors[index(op.inputs[1])].shape;
      const auto& out = graph_.tensors[index(op.outputs[0])].shape;
      return {positions_seen(in[1], out[1], conv.stride_h, weights[1], conv.dilation_h, conv.pad.top) *
                  positions_seen(in[2], out[2], conv.stride_w, weights[2], conv.dilation_w, conv.pad.left),
              std::int64_t{in[1]} * in[2]};
    };
    if (const auto* conv = std::get_if<Conv2d>(&op.params)) return share(*conv);
    if (const auto* conv = std::get_if<DepthwiseConv2d>(&op.params)) return share(*conv);
    return {1, 1};
  }

  // Whether the CPU or the caller reads the tensor, under this name or another.
  [[nodiscard]] bool leaves(int tensor) const {
    if (std::ranges::find(graph_.outputs, tensor) != graph_.outputs.end()) return true;
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      const Op& op = graph_.ops[i];
      if (std::ranges::find(op.inputs, tensor) == op.inputs.end()) continue;
      const Where where = program_.layers[i].where;
      if (where == Where::kCpu || (where == Where::kNone && leaves(op.outputs[0]))) return true;
    }
    return false;
  }

  [[nodiscard]] std::int64_t array_cycles(std::size_t i) const {
    const Op& op = graph_.ops[i];
    const auto& weights = graph_.tensors[index(op.inputs[1])].shape;
    const auto& out = graph_.tensors[index(op.outputs[0])].shape;
    if (std::holds_alternative<FullyConnected>(op.params))
      return dense(weights[1], weights[0], graph_.tensors[index(op.outputs[0])].elements() / weights[0]);
    const std::int64_t pixels = std::int64_t{out[1]} * out[2];
    if (const auto* conv = std::get_if<Conv2d>(&op.params)) {
      const std::int64_t filters = weights[0];
      const std::int64_t channels = weights[3];
      std::int64_t best = dense(weights[1] * weights[2] * channels, filters, pixels);
      for (int u = 2; u <= hw_.array.cols; ++u) {
        if (conv->dilation_w == 1 && u <= out[2])
          best = std::min(best, dense(weights[1] * (weights[2] + (u - 1) * conv->stride_w) * channels, u * filters,
                                      ceil_div(pixels, u)));
        if (conv->dilation_h == 1 && u <= out[1])
          best = std::min(best, dense(weights[2] * (weights[1] + (u - 1) * conv->stride_h) * channels, u * filters,
                                      ceil_div(pixels, u)));
      }
      return best;
    }
    const int channels = out[3];
    const std::int64_t taps = std::int64_t{weights[1]} * weights[2];
    const std::int64_t diagonal = ceil_div(channels, std::min(hw_.array.rows, hw_.array.cols)) * taps * pixels;
    const auto& plan = std::get<DepthwisePlan>(plans_[i]);
    if (!plan.column_mode) return diagonal;
    const std::int64_t passes = plan.tap_parts * ceil_div(plan.geometry.kernel_h, plan.bus_rows);
    const int bands = std::max(1, hw_.array.cols / channels);
    return std::min(diagonal, ceil_div(channels, hw_.array.cols) * passes * ceil_div(pixels, bands));
  }

  [[nodiscard]] std::int64_t dense(std::int64_t weights_per_filter, std::int64_t filters, std::int64_t pixels) const {
    return ceil_div(weights_per_filter, hw_.array.rows) * ceil_div(filters, hw_.array.cols) * pixels;
  }

  const Graph& graph_;
  const Program& program_;
  const HwConfig& hw_;
  std::vector<OpPlan> plans_;
  std::vector<bool> in_scratchpad_;  // by tensor
};

}  // namespace

std::vector<LowerBound> lower_bounds(const Graph& graph, const Program& program, const HwConfig& hw) {
  return Bounds(graph, program, hw).run();
}

}  // namespace systolite
