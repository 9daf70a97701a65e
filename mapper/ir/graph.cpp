// SPDX-License-Identifier: Apache-2.0
#include "mapper/ir/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

namespace systolite {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

std::int64_t dimension(const Tensor& t, std::size_t i) { return t.shape.at(i); }

std::string shape_text(const Tensor& t) { return fmt::format("{}", fmt::join(t.shape, "x")); }

std::string activation_text(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "";
    case Activation::kRelu:
      return " relu";
    case Activation::kReluN1To1:
      return " relu_n1_to_1";
    case Activation::kRelu6:
      return " relu6";
  }
  return "";
}

std::string pad_text(const Padding& p) { return fmt::format("pad {},{},{},{}", p.top, p.bottom, p.left, p.right); }

std::string quantization_text(const Tensor& t) {
  if (t.quant.scales.empty()) return "";
  if (t.quant.scales.size() > 1) return fmt::format(" per channel (dim {})", t.quant.dim);
  return fmt::format(" scale {:.9g} zero {}", t.quant.scales[0],
                     t.quant.zero_points.empty() ? 0 : t.quant.zero_points[0]);
}

std::string operand_text(const Graph& graph, int index) {
  if (index < 0) return "-";
  const Tensor& t = tensor(graph, index);
  return fmt::format("t{}[{}]{}{}", index, shape_text(t), t.dtype == DType::kInt32 ? " int32" : "",
                     t.is_constant() ? " const" : "");
}

std::string operands_text(const Graph& graph, const std::vector<int>& indices) {
  std::vector<std::string> texts;
  for (const int i : indices) texts.push_back(operand_text(graph, i));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string params_text(const OpParams& params) {
  return std::visit(Overloaded{
                        [](const Conv2d& c) {
                          return fmt::format(" stride {}x{} dilation {}x{} {}{}", c.stride_h, c.stride_w, c.dilation_h,
                                             c.dilation_w, pad_text(c.pad), activation_text(c.activation));
                        },
                        [](const DepthwiseConv2d& c) {
                          return fmt::format(" stride {}x{} dilation {}x{} multiplier {} {}{}", c.stride_h, c.stride_w,
                                             c.dilation_h, c.dilation_w, c.depth_multiplier, pad_text(c.pad),
                                             activation_text(c.activation));
                        },
                        [](const FullyConnected& f) { return activation_text(f.activation); },
                        [](const Add& a) { return activation_text(a.activation); },
                        [](const Pool2d& p) {
                          return fmt::format(" window {}x{} stride {}x{} {}{}", p.filter_h, p.filter_w, p.stride_h,
                                             p.stride_w, pad_text(p.pad), activation_text(p.activation));
                        },
                        [](const Reshape&) { return std::string(); },
                        [](const Softmax& s) { return fmt::format(" beta {:g}", s.beta); },
                    },
                    params);
}

}  // namespace

std::int64_t Tensor::elements() const noexcept {
  std::int64_t n = 1;
  for (const int d : shape) n *= d;
  return n;
}

std::int64_t Tensor::bytes() const noexcept { return elements() * (dtype == DType::kInt32 ? 4 : 1); }

std::int64_t macs(const Graph& graph, const Op& op) {
  const auto output_elements = [&] { return tensor(graph, op.outputs.at(0)).elements(); };
  const auto weights = [&]() -> const Tensor& { return tensor(graph, op.inputs.at(1)); };
  return std::visit(
      Overloaded{
          [&](const Conv2d&) {
            return output_elements() * dimension(weights(), 1) * dimension(weights(), 2) * dimension(weights(), 3);
          },
          [&](const DepthwiseConv2d&) { return output_elements() * dimension(weights(), 1) * dimension(weights(), 2); },
          [&](const FullyConnected&) { return output_elements() * dimension(weights(), 1); },
          [](const auto&) { return std::int64_t{0}; },
      },
      op.params);
}

std::string dump(const Graph& graph) {
  std::string text =
      fmt::format("graph {}: inputs {}; outputs {}; {} operators\n", graph.name, operands_text(graph, graph.inputs),
                  operands_text(graph, graph.outputs), graph.ops.size());
  for (const Op& op : graph.ops) {
    const Tensor& out = tensor(graph, op.outputs.at(0));
    text +=
        fmt::format("#{} {} ({}) -> {}{}{} macs {}\n", op.index, op.type, operands_text(graph, op.inputs),
                    operands_text(graph, op.outputs), quantization_text(out), params_text(op.params), macs(graph, op));
  }
  return text;
}

}  // namespace systolite
