// SPDX-License-Identifier: Apache-2.0
// Derivation of kernel parameters, and the sentences for graphs the kernels do not take.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "driver/host/cpu_interpreter.h"
#include "driver/host/kernel_params.h"
#include "sim/core/error.h"

namespace systolite::test {
namespace {

Tensor activation(std::vector<int> shape, float scale, std::int64_t zero_point = 0) {
  return {.name = "x",
          .dtype = DType::kInt8,
          .shape = std::move(shape),
          .quant = {.scales = {scale}, .zero_points = {zero_point}, .dim = 0},
          .data = {}};
}

Graph graph_of(OpParams params, const std::string& type, std::vector<Tensor> tensors) {
  Graph graph;
  graph.name = "net";
  graph.tensors = std::move(tensors);
  Op op{.index = 3, .type = type, .name = "y", .inputs = {}, .outputs = {}, .params = params};
  const int last = static_cast<int>(graph.tensors.size()) - 1;
  for (int i = 0; i < last; ++i) {
    op.inputs.push_back(i);
    if (!graph.tensors[static_cast<std::size_t>(i)].is_constant()) graph.inputs.push_back(i);
  }
  op.outputs = graph.outputs = {last};
  graph.ops = {op};
  return graph;
}

std::string refusal(const Graph& graph) {
  try {
    (void)make_kernel(graph, graph.ops.at(0));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    return error.what();
  }
  return "accepted";
}

TEST(KernelParamsTest, SoftmaxScalingFollowsItsFormulae) {
  const SoftmaxScaling s = softmax_scaling(1.0F, 0.125F);  // 2^23 = 0.5 * 2^24
  EXPECT_EQ(s.input, (QuantizedMultiplier{1 << 30, 24}));
  EXPECT_EQ(s.diff_min, -124);  // 31 * 2^26 / 2^24
}

TEST(KernelParamsTest, FullyConnectedMultipliesScalesInSinglePrecision) {
  const float in = 0.1F;
  const float w = 0.3F;
  Tensor weights = activation({2, 3}, w);
  weights.data.assign(6, 1);
  const Graph graph =
      graph_of(FullyConnected{}, "FULLY_CONNECTED", {activation({1, 3}, in), weights, activation({1, 2}, 1.0F)});
  const auto kernel = std::get<FullyConnectedKernel>(make_kernel(graph, graph.ops[0]));
  const QuantizedMultiplier expected = quantize_multiplier(static_cast<double>(in * w));
  const QuantizedMultiplier in_double = quantize_multiplier(static_cast<double>(in) * static_cast<double>(w));
  EXPECT_EQ(kernel.scales.multipliers, std::vector<std::int32_t>{expected.multiplier});
  EXPECT_NE(expected, in_double);  // or the test would prove nothing
}

TEST(KernelParamsTest, RoundingReachesTheKernel) {
  const Graph graph = graph_of(Add{}, "ADD", {activation({4}, 1), activation({4}, 1), activation({4}, 2)});
  EXPECT_EQ(std::get<AddKernel>(make_kernel(graph, graph.ops[0])).params.rounding, kSltDoubleRounding);
  EXPECT_EQ(std::get<AddKernel>(make_kernel(graph, graph.ops[0], Rounding::kSingle)).params.rounding,
            kSltSingleRounding);
}

TEST(KernelParamsTest, AddOfOneShapeTakesMoreThanFourDimensions) {
  const std::vector<int> shape = {1, 2, 3, 2, 5};
  Graph graph = graph_of(Add{}, "ADD", {activation(shape, 1), activation(shape, 1), activation(shape, 1)});
  const std::vector<std::int8_t> a(60, 20), b(60, 22);
  EXPECT_EQ(run_on_cpu(graph, {a, b}).at(2), std::vector<std::int8_t>(60, 42));
  graph.tensors[1].shape = {1, 1, 3, 2, 5};
  EXPECT_EQ(refusal(graph), "operator #3 ADD broadcasts over more than four dimensions");
}

TEST(KernelParamsTest, RefusalsNameTheOperator) {
  const Graph shape = graph_of(Softmax{}, "SOFTMAX", {activation({1, 5000}, 0.1F), activation({1, 5000}, 0.1F)});
  EXPECT_NE(refusal(shape).find("operator #3 SOFTMAX has a last dimension of 5000"), std::string::npos);
  const Graph size = graph_of(Reshape{}, "RESHAPE", {activation({1, 8}, 1), activation({7}, 1)});
  EXPECT_EQ(refusal(size), "operator #3 RESHAPE needs 8 bytes of int8 in the tensor 'x', which has 7");
  const Graph zero = graph_of(Add{}, "ADD", {activation({4}, 1, 300), activation({4}, 1), activation({4}, 2)});
  EXPECT_EQ(refusal(zero), "operator #3 ADD has the zero point 300; int8 tensors have -128 to 127");
}

TEST(CpuInterpreterTest, RefusesAWrongInput) {
  const Graph graph = graph_of(Reshape{}, "RESHAPE", {activation({1, 8}, 1), activation({8}, 1)});
  EXPECT_THROW((void)run_on_cpu(graph, {}), Error);
  EXPECT_THROW((void)run_on_cpu(graph, {std::vector<std::int8_t>(7)}), Error);
  EXPECT_EQ(run_on_cpu(graph, {std::vector<std::int8_t>(8, 9)}).at(1), std::vector<std::int8_t>(8, 9));
}

TEST(CpuInterpreterTest, ReturnsInputsAndEveryActivation) {
  const Graph graph = graph_of(Reshape{}, "RESHAPE", {activation({1, 8}, 1), activation({8}, 1)});
  EXPECT_EQ(run_on_cpu(graph, {std::vector<std::int8_t>(8)}).size(), 2U);
}

}  // namespace
}  // namespace systolite::test
