// SPDX-License-Identifier: Apache-2.0
#include "driver/host/cpu_interpreter.h"

#include <cstddef>
#include <cstring>
#include <string>

#include "driver/host/kernel_params.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

using TensorMap = std::map<int, std::vector<std::int8_t>>;

const Tensor& tensor(const Graph& graph, int index) { return graph.tensors.at(static_cast<std::size_t>(index)); }

// The operands of one operator, from the constants of the graph and the activations computed so far.
class Operands {
 public:
  Operands(const Graph& graph, const Op& op, const TensorMap& values) : graph_(graph), op_(op), values_(values) {}

  [[nodiscard]] const std::int8_t* int8(std::size_t input) const {
    const int index = op_.inputs.at(input);
    const Tensor& t = tensor(graph_, index);
    if (t.is_constant()) return reinterpret_cast<const std::int8_t*>(t.data.data());
    const auto found = values_.find(index);
    if (found == values_.end()) {
      throw Error(ExitCode::kModel, "operator #" + std::to_string(op_.index) + " " + op_.type + " reads tensor '" +
                                        t.name + "' before any operator has written it");
    }
    return found->second.data();
  }
  // Bias of `count` values; empty if there is none.
  [[nodiscard]] std::vector<std::int32_t> bias(std::size_t count) const {
    if (op_.inputs.size() < 3 || op_.inputs[2] < 0) return {};
    const Tensor& t = tensor(graph_, op_.inputs[2]);
    if (t.data.size() != count * sizeof(std::int32_t)) {
      throw Error(ExitCode::kModel, "operator #" + std::to_string(op_.index) + " " + op_.type + " has a bias of " +
                                        std::to_string(t.data.size()) + " bytes for " + std::to_string(count) +
                                        " output channels");
    }
    std::vector<std::int32_t> values(count);
    std::memcpy(values.data(), t.data.data(), t.data.size());
    return values;
  }

 private:
  const Graph& graph_;
  const Op& op_;
  const TensorMap& values_;
};

const std::int32_t* or_null(const std::vector<std::int32_t>& values) {
  return values.empty() ? nullptr : values.data();
}

// Working memory of one call, of exactly the size the kernel asks for.
class Scratch {
 public:
  explicit Scratch(std::uint32_t bytes) : words_((bytes + 3U) / 4U) {}
  [[nodiscard]] void* data() { return words_.data(); }

 private:
  std::vector<std::uint32_t> words_;
};

// One operator; the overloads fill `out`, which has the size of the output tensor.
struct Runner {
  const Operands& operands;
  std::int8_t* out;

  void operator()(const Conv2dKernel& k) const {
    const auto bias = operands.bias(k.scales.shifts.size());
    slt_conv2d(&k.params, operands.int8(0), operands.int8(1), or_null(bias), k.scales.multipliers.data(),
               k.scales.shifts.data(), out, Scratch(slt_conv2d_scratch_bytes(&k.params)).data());
  }
  void operator()(const DepthwiseConv2dKernel& k) const {
    const auto bias = operands.bias(k.scales.shifts.size());
    slt_depthwise_conv2d(&k.params, operands.int8(0), operands.int8(1), or_null(bias), k.scales.multipliers.data(),
                         k.scales.shifts.data(), out, Scratch(slt_depthwise_conv2d_scratch_bytes(&k.params)).data());
  }
  void operator()(const FullyConnectedKernel& k) const {
    const auto bias = operands.bias(static_cast<std::size_t>(k.params.units));
    slt_fully_connected(&k.params, operands.int8(0), operands.int8(1), or_null(bias), k.scales.multipliers.data(),
                        k.scales.shifts.data(), out, Scratch(slt_fully_connected_scratch_bytes(&k.params)).data());
  }
  void operator()(const AddKernel& k) const { slt_add(&k.params, operands.int8(0), operands.int8(1), out); }
  void operator()(const Pool2dKernel& k) const {
    if (k.average) {
      slt_average_pool_2d(&k.params, operands.int8(0), out);
    } else {
      slt_max_pool_2d(&k.params, operands.int8(0), out);
    }
  }
  void operator()(const SoftmaxKernel& k) const { slt_softmax(&k.params, operands.int8(0), out); }
  void operator()(const CopyKernel& k) const { slt_copy(&k.params, operands.int8(0), out); }
};

TensorMap input_values(const Graph& graph, const std::vector<std::vector<std::int8_t>>& inputs) {
  if (inputs.size() != graph.inputs.size()) {
    throw Error(ExitCode::kData, "network " + graph.name + " has " + std::to_string(graph.inputs.size()) + " inputs; " +
                                     std::to_string(inputs.size()) + " were given");
  }
  TensorMap values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = tensor(graph, graph.inputs[i]);
    if (static_cast<std::int64_t>(inputs[i].size()) != t.bytes()) {
      throw Error(ExitCode::kData, "input '" + t.name + "' has " + std::to_string(t.bytes()) + " bytes; " +
                                       std::to_string(inputs[i].size()) + " were given");
    }
    values[graph.inputs[i]] = inputs[i];
  }
  return values;
}

}  // namespace

std::map<int, std::vector<std::int8_t>> run_on_cpu(const Graph& graph,
                                                   const std::vector<std::vector<std::int8_t>>& inputs,
                                                   Rounding rounding) {
  TensorMap values = input_values(graph, inputs);
  for (const Op& op : graph.ops) {
    const Kernel kernel = make_kernel(graph, op, rounding);
    const int index = op.outputs.at(0);
    std::vector<std::int8_t> result(static_cast<std::size_t>(tensor(graph, index).bytes()));
    std::visit(Runner{Operands(graph, op, values), result.data()}, kernel);
    values[index] = std::move(result);
  }
  return values;
}

}  // namespace systolite
