// SPDX-License-Identifier: Apache-2.0
#include "mapper/ir/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapper/tflite/import.h"
#include "tests/import/test_files.h"

namespace systolite {
namespace {

Graph corner(const std::string& name) { return import_tflite(test::models_dir() / "corners" / (name + ".tflite")); }

TEST(TensorTest, BytesFollowTheElementType) {
  const Tensor int8{.name = "a", .dtype = DType::kInt8, .shape = {1, 3, 5}, .quant = {}, .data = {}};
  const Tensor int32{.name = "b", .dtype = DType::kInt32, .shape = {1, 3, 5}, .quant = {}, .data = {}};
  EXPECT_EQ(int8.elements(), 15);
  EXPECT_EQ(int8.bytes(), 15);
  EXPECT_EQ(int32.bytes(), 60);
}

TEST(TensorTest, AScalarHasOneElement) { EXPECT_EQ(Tensor{}.elements(), 1); }

TEST(MacsTest, ConvolutionCountsEveryTapOfEveryOutput) {
  const Graph graph = corner("conv_dilated_same");
  EXPECT_EQ(macs(graph, graph.ops[0]), 13 * 11 * 7 * 3 * 3 * 5);
}

TEST(MacsTest, DepthwiseCountsTapsOncePerOutputChannel) {
  const Graph graph = corner("depthwise_multiplier2");
  EXPECT_EQ(macs(graph, graph.ops[0]), 4 * 5 * 12 * 3 * 3);
}

TEST(MacsTest, FullyConnectedCountsEveryRow) {
  const Graph graph = corner("fully_connected_rows");
  EXPECT_EQ(macs(graph, graph.ops[0]), 6 * 20 * 32);
}

TEST(MacsTest, OtherOperatorsHaveNone) {
  for (const char* name : {"max_pool_same", "add_constant", "softmax_beta", "reshape_options"}) {
    const Graph graph = corner(name);
    EXPECT_EQ(macs(graph, graph.ops[0]), 0) << name;
  }
}

TEST(DumpTest, HasOneLineForTheGraphAndOnePerOperator) {
  const std::string text = dump(corner("add_residual"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 3);
  EXPECT_THAT(
      text, testing::StartsWith("graph add_residual: inputs t0[1x7x6x18]; outputs t4[1x7x6x18]; 2 operators\n"
                                "#0 CONV_2D (t0[1x7x6x18], t1[18x3x3x18] const, t2[18] int32 const) -> t3[1x7x6x18]"));
  EXPECT_THAT(text, testing::HasSubstr("stride 1x1 dilation 1x1 pad 1,1,1,1 macs 122472\n#1 ADD "));
}

TEST(DumpTest, MarksAnAbsentBias) {
  EXPECT_THAT(dump(corner("conv_no_bias_relu_n1_to_1")), testing::HasSubstr(", -) -> "));
}

}  // namespace
}  // namespace systolite
