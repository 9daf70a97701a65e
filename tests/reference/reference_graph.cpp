// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/reference_graph.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace systolite::reference {
namespace {

Limit limit_of(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return Limit::kNone;
    case Activation::kRelu:
      return Limit::kRelu;
    case Activation::kReluN1To1:
      return Limit::kReluN1To1;
    case Activation::kRelu6:
      return Limit::kRelu6;
  }
  return Limit::kNone;
}

std::size_t count(const std::vector<int>& shape) {
  std::size_t elements = 1;
  for (const int dimension : shape) elements *= static_cast<std::size_t>(dimension);
  return elements;
}

Size image_size(const Tensor& tensor) { return {tensor.shape[1], tensor.shape[2], tensor.shape[3]}; }

Quantised quantised(const Tensor& tensor) {
  return {tensor.quant.scales[0], static_cast<std::int32_t>(tensor.quant.zero_points[0])};
}

Bytes constant_bytes(const Tensor& tensor) { return {tensor.data.begin(), tensor.data.end()}; }

class Evaluator {
 public:
  Evaluator(const Graph& graph, RoundingMode mode) : graph_(graph), mode_(mode), values_(graph.tensors.size()) {
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
      if (graph.tensors[t].dtype == DType::kInt8) values_[t] = constant_bytes(graph.tensors[t]);
    }
  }

  std::vector<Bytes> run(std::span<const Bytes> inputs) {
    if (inputs.size() != graph_.inputs.size()) throw std::invalid_argument("wrong number of inputs");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].size() != count(tensor(graph_.inputs[i]).shape))
        throw std::invalid_argument("input of the wrong size");
      value(graph_.inputs[i]) = inputs[i];
    }
    for (const Op& op : graph_.ops)
      value(op.outputs[0]) = std::visit([&](const auto& params) { return apply(op, params); }, op.params);
    return std::move(values_);
  }

 private:
  [[nodiscard]] const Tensor& tensor(int index) const { return graph_.tensors[static_cast<std::size_t>(index)]; }
  [[nodiscard]] Bytes& value(int index) { return values_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] Operand operand(const Op& op, std::size_t input) {
    return {value(op.inputs[input]), quantised(tensor(op.inputs[input]))};
  }
  [[nodiscard]] const Tensor& output(const Op& op) const { return tensor(op.outputs[0]); }

  [[nodiscard]] Weights weights(const Op& op) const {
    const Tensor& kernel = tensor(op.inputs[1]);
    Weights result{constant_bytes(kernel), kernel.quant.scales, {}};
    if (op.inputs.size() > 2 && op.inputs[2] >= 0) {
      const Tensor& bias = tensor(op.inputs[2]);
      result.bias.resize(count(bias.shape));
      std::memcpy(result.bias.data(), bias.data.data(), bias.data.size());
    }
    return result;
  }

  template <typename Params>
  [[nodiscard]] static Window kernel_window(const Params& p, int height, int width) {
    return {height, width, p.stride_h, p.stride_w, p.dilation_h, p.dilation_w, p.pad.top, p.pad.left};
  }

  Bytes apply(const Op& op, const Conv2d& p) {
    const Tensor& kernel = tensor(op.inputs[1]);
    return conv_2d(operand(op, 0), image_size(tensor(op.inputs[0])), weights(op),
                   kernel_window(p, kernel.shape[1], kernel.shape[2]), image_size(output(op)), quantised(output(op)),
                   limit_of(p.activation), mode_);
  }
  Bytes apply(const Op& op, const DepthwiseConv2d& p) {
    const Tensor& kernel = tensor(op.inputs[1]);
    return depthwise_conv_2d(operand(op, 0), image_size(tensor(op.inputs[0])), weights(op),
                             kernel_window(p, kernel.shape[1], kernel.shape[2]), image_size(output(op)),
                             quantised(output(op)), limit_of(p.activation), mode_);
  }
  Bytes apply(const Op& op, const FullyConnected& p) {
    return fully_connected(operand(op, 0), weights(op), tensor(op.inputs[1]).shape[0], quantised(output(op)),
                           limit_of(p.activation), mode_);
  }
  Bytes apply(const Op& op, const Add& p) {
    const std::vector<int>& shape = output(op).shape;
    Operand a{broadcast(op.inputs[0], shape), quantised(tensor(op.inputs[0]))};
    Operand b{broadcast(op.inputs[1], shape), quantised(tensor(op.inputs[1]))};
    return add(a, b, quantised(output(op)), limit_of(p.activation), mode_);
  }
  Bytes apply(const Op& op, const Pool2d& p) {
    const Window window{p.filter_h, p.filter_w, p.stride_h, p.stride_w, 1, 1, p.pad.top, p.pad.left};
    const auto pool = p.average ? average_pool_2d : max_pool_2d;
    return pool(operand(op, 0), image_size(tensor(op.inputs[0])), window, image_size(output(op)),
                limit_of(p.activation));
  }
  Bytes apply(const Op& op, const Reshape&) { return value(op.inputs[0]); }
  Bytes apply(const Op& op, const Softmax& p) {
    return softmax(operand(op, 0), tensor(op.inputs[0]).shape.back(), p.beta);
  }

  // The tensor's values spread over `shape`; dimensions are aligned at the last one.
  Bytes broadcast(int index, const std::vector<int>& shape) {
    const std::vector<int>& own = tensor(index).shape;
    const Bytes& source = value(index);
    Bytes result;
    for (std::size_t i = 0; i < count(shape); ++i) {
      std::size_t rest = i;
      std::size_t at = 0;
      std::size_t stride = 1;
      for (std::size_t d = 0; d < shape.size(); ++d) {
        const auto extent = static_cast<std::size_t>(shape[shape.size() - 1 - d]);
        const std::size_t coordinate = rest % extent;
        rest /= extent;
        if (d >= own.size()) continue;
        const auto own_extent = static_cast<std::size_t>(own[own.size() - 1 - d]);
        if (own_extent > 1) at += coordinate * stride;
        stride *= own_extent;
      }
      result.push_back(source[at]);
    }
    return result;
  }

  const Graph& graph_;
  RoundingMode mode_;
  std::vector<Bytes> values_;
};

}  // namespace

std::vector<Bytes> evaluate(const Graph& graph, std::span<const Bytes> inputs, RoundingMode mode) {
  return Evaluator(graph, mode).run(inputs);
}

}  // namespace systolite::reference
