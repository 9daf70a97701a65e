// SPDX-License-Identifier: Apache-2.0
// Parameter checks of the kernels at both sides of every limit, and the byte counts they promise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "driver/kernels/slt_kernels.h"

namespace systolite::test {
namespace {

slt_conv2d_params_t conv() {
  return {.input_height = 5,
          .input_width = 6,
          .input_channels = 4,
          .output_height = 3,
          .output_width = 3,
          .output_channels = 8,
          .kernel_height = 3,
          .kernel_width = 2,
          .kernel_channels = 4,
          .stride_y = 2,
          .stride_x = 2,
          .dilation_y = 1,
          .dilation_x = 1,
          .pad_top = 1,
          .pad_left = 0,
          .input_zero_point = -128,
          .output_zero_point = 127,
          .act_min = -128,
          .act_max = 127,
          .rounding = kSltDoubleRounding};
}

// Whether the parameters are legal after one field has been changed.
template <class Params, class Check>
auto with(Params params, Check check) {
  return [params, check](auto field, std::int32_t value) {
    Params changed = params;
    changed.*field = value;
    return check(&changed);
  };
}

TEST(KernelLimitsTest, ConvolutionChecksEveryField) {
  using P = slt_conv2d_params_t;
  const auto ok = with(conv(), slt_conv2d_params_ok);
  EXPECT_TRUE(ok(&P::stride_y, 2));
  for (const auto field :
       {&P::input_height, &P::input_width, &P::output_height, &P::output_width, &P::output_channels, &P::kernel_height,
        &P::kernel_width, &P::kernel_channels, &P::stride_y, &P::stride_x, &P::dilation_y, &P::dilation_x}) {
    EXPECT_FALSE(ok(field, 0));
    EXPECT_FALSE(ok(field, kSltMaxDim + 1));
  }
  for (const auto field : {&P::pad_top, &P::pad_left}) {
    EXPECT_TRUE(ok(field, kSltMaxDim));
    EXPECT_FALSE(ok(field, -1));
    EXPECT_FALSE(ok(field, kSltMaxDim + 1));
  }
  for (const auto field : {&P::input_zero_point, &P::output_zero_point, &P::act_min, &P::act_max}) {
    EXPECT_FALSE(ok(field, -129));
    EXPECT_FALSE(ok(field, 128));
  }
  EXPECT_FALSE(ok(&P::act_max, -129));
  EXPECT_FALSE(ok(&P::rounding, 2));
  EXPECT_TRUE(ok(&P::kernel_channels, 2));   // two groups
  EXPECT_FALSE(ok(&P::kernel_channels, 3));  // does not divide the input channels
  EXPECT_FALSE(ok(&P::kernel_channels, 8));
  EXPECT_FALSE(ok(&P::input_channels, 12));  // three groups do not divide eight outputs
}

TEST(KernelLimitsTest, TensorsAboveTheAddressSpaceAreRefused) {
  auto params = conv();
  params.input_height = kSltMaxDim;
  params.input_width = kSltMaxDim;
  EXPECT_FALSE(slt_conv2d_params_ok(&params));
}

TEST(KernelLimitsTest, ByteCountsAreThoseOfTheTensors) {
  const auto c = conv();
  EXPECT_EQ(slt_conv2d_input_bytes(&c), 5U * 6 * 4);
  EXPECT_EQ(slt_conv2d_weight_bytes(&c), 8U * 3 * 2 * 4);
  EXPECT_EQ(slt_conv2d_output_bytes(&c), 3U * 3 * 8);
  const slt_fully_connected_params_t f = {.rows = 2,
                                          .depth = 7,
                                          .units = 3,
                                          .per_channel = 0,
                                          .input_zero_point = 0,
                                          .weights_zero_point = 0,
                                          .output_zero_point = 0,
                                          .act_min = -128,
                                          .act_max = 127,
                                          .rounding = 0};
  EXPECT_TRUE(slt_fully_connected_params_ok(&f));
  EXPECT_EQ(slt_fully_connected_input_bytes(&f), 14U);
  EXPECT_EQ(slt_fully_connected_weight_bytes(&f), 21U);
  EXPECT_EQ(slt_fully_connected_output_bytes(&f), 6U);
  EXPECT_EQ(slt_fully_connected_scales(&f), 1);
}

TEST(KernelLimitsTest, GroupedConvolutionEqualsOneConvolutionAGroup) {
  auto grouped = conv();
  grouped.kernel_channels = 2;
  std::vector<std::int8_t> input(slt_conv2d_input_bytes(&grouped));
  std::vector<std::int8_t> weights(slt_conv2d_weight_bytes(&grouped));
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::int8_t>(i * 37 % 251);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int8_t>(i * 91 % 241);
  const std::vector<std::int32_t> bias = {1, -2, 3, -4, 5, -6, 7, -8};
  const std::vector<std::int32_t> multipliers(8, 1500000000);
  const std::vector<std::int32_t> shifts = {-8, -8, -9, -9, -7, -7, -8, -8};
  std::vector<std::int8_t> output(slt_conv2d_output_bytes(&grouped));
  std::vector<std::uint32_t> scratch(slt_conv2d_scratch_bytes(&grouped) / 4);
  slt_conv2d(&grouped, input.data(), weights.data(), bias.data(), multipliers.data(), shifts.data(), output.data(),
             scratch.data());

  auto single = grouped;
  single.input_channels = 2;
  single.output_channels = 4;
  for (std::size_t g = 0; g < 2; ++g) {
    std::vector<std::int8_t> part;
    for (std::size_t i = 0; i < input.size(); i += 4) {
      part.push_back(input[i + 2 * g]);
      part.push_back(input[i + 2 * g + 1]);
    }
    std::vector<std::int8_t> result(slt_conv2d_output_bytes(&single));
    slt_conv2d(&single, part.data(), weights.data() + g * slt_conv2d_weight_bytes(&single), bias.data() + 4 * g,
               multipliers.data() + 4 * g, shifts.data() + 4 * g, result.data(), scratch.data());
    for (std::size_t i = 0; i < result.size(); ++i) {
      ASSERT_EQ(result[i], output[i / 4 * 8 + 4 * g + i % 4]) << "group " << g << " output " << i;
    }
  }
}

TEST(KernelLimitsTest, AddRefusesShapesThatDoNotBroadcast) {
  const slt_add_operand_t operand = {.dims = {1, 2, 3, 4}, .zero_point = 0, .multiplier = 1 << 30, .shift = 0};
  slt_add_params_t p = {.in1 = operand,
                        .in2 = operand,
                        .output_zero_point = 0,
                        .output_multiplier = 1 << 30,
                        .output_shift = -19,
                        .act_min = -128,
                        .act_max = 127,
                        .rounding = 0};
  EXPECT_TRUE(slt_add_params_ok(&p));
  p.in2.dims[1] = 1;
  EXPECT_TRUE(slt_add_params_ok(&p));
  EXPECT_EQ(slt_add_input2_bytes(&p), 12U);
  EXPECT_EQ(slt_add_output_bytes(&p), 24U);
  p.in2.dims[1] = 3;
  EXPECT_FALSE(slt_add_params_ok(&p));
  p.in2.dims[1] = 2;
  p.in1.shift = 1;  // an operand shifted left by 20 would overflow
  EXPECT_FALSE(slt_add_params_ok(&p));
  p.in1.shift = -31;
  EXPECT_TRUE(slt_add_params_ok(&p));
  p.output_shift = 1;
  EXPECT_FALSE(slt_add_params_ok(&p));
}

slt_pool2d_params_t pool() {
  return {.input_height = 4,
          .input_width = 4,
          .output_height = 2,
          .output_width = 2,
          .channels = 3,
          .window_height = 3,
          .window_width = 3,
          .stride_y = 2,
          .stride_x = 2,
          .pad_top = 0,
          .pad_left = 0,
          .act_min = -128,
          .act_max = 127};
}

TEST(KernelLimitsTest, PoolRefusesAWindowWithoutPixels) {
  using P = slt_pool2d_params_t;
  const auto ok = with(pool(), slt_pool2d_params_ok);
  EXPECT_TRUE(ok(&P::pad_top, 2));
  EXPECT_FALSE(ok(&P::pad_top, 3));  // the first window would lie in the border
  EXPECT_TRUE(ok(&P::stride_x, 3));
  EXPECT_FALSE(ok(&P::stride_x, 4));  // the last one beyond the tensor
  EXPECT_FALSE(ok(&P::window_height, 0));
}

TEST(KernelLimitsTest, PoolRefusesAWindowWhoseSumOverflows) {
  auto p = pool();
  p.input_height = p.window_height = 4096;
  p.input_width = p.window_width = 2048;
  p.output_height = p.output_width = 1;
  p.channels = 1;
  EXPECT_TRUE(slt_pool2d_params_ok(&p));  // 2^23 pixels
  p.input_width = p.window_width = 2049;
  EXPECT_FALSE(slt_pool2d_params_ok(&p));
}

TEST(KernelLimitsTest, CopyNeedsAByte) {
  slt_copy_params_t p = {.bytes = 1};
  EXPECT_TRUE(slt_copy_params_ok(&p));
  p.bytes = 0;
  EXPECT_FALSE(slt_copy_params_ok(&p));
}

slt_softmax_params_t softmax(std::int32_t depth) {
  // beta * scale = 0.1: 0.1 * 2^26 = 0.8 * 2^23
  return {.rows = 1,
          .depth = depth,
          .input_multiplier = 1717986918,
          .input_left_shift = 23,
          .diff_min = -248,
          .rounding = kSltDoubleRounding};
}

TEST(KernelLimitsTest, SoftmaxChecksEveryField) {
  using P = slt_softmax_params_t;
  const auto ok = with(softmax(10), slt_softmax_params_ok);
  EXPECT_TRUE(ok(&P::diff_min, -248));
  EXPECT_FALSE(ok(&P::diff_min, -249));  // would leave Q5.26
  EXPECT_FALSE(ok(&P::diff_min, 1));
  EXPECT_TRUE(ok(&P::depth, kSltSoftmaxMaxDepth));
  EXPECT_FALSE(ok(&P::depth, kSltSoftmaxMaxDepth + 1));
  EXPECT_FALSE(ok(&P::depth, 0));
  EXPECT_FALSE(ok(&P::rows, 0));
  EXPECT_FALSE(ok(&P::input_multiplier, (1 << 30) - 1));
  EXPECT_FALSE(ok(&P::input_left_shift, 31));
  EXPECT_FALSE(ok(&P::input_left_shift, -1));
}

TEST(SoftmaxTest, IsWithinOneStepOfTheRealFunction) {
  const auto params = softmax(256);
  std::vector<std::int8_t> input(256);
  std::iota(input.begin(), input.end(), static_cast<std::int8_t>(-128));
  std::vector<std::int8_t> output(256);
  slt_softmax(&params, input.data(), output.data());
  double sum = 0;
  for (const std::int8_t x : input) sum += std::exp(0.1 * (x - 127));
  for (std::size_t i = 0; i < input.size(); ++i) {
    const double real = std::min(127.0, 256.0 * std::exp(0.1 * (input[i] - 127)) / sum - 128.0);
    ASSERT_NEAR(output[i], real, 0.51) << "at " << i;
  }
}

TEST(SoftmaxTest, WorksInPlace) {
  const auto params = softmax(5);
  std::vector<std::int8_t> values = {3, -20, 127, 90, -128};
  std::vector<std::int8_t> expected(5);
  slt_softmax(&params, values.data(), expected.data());
  slt_softmax(&params, values.data(), values.data());
  EXPECT_EQ(values, expected);
}

TEST(SoftmaxTest, AWideUniformRowRoundsToNothing) {
  for (const std::int32_t depth : {512, 1024, 4095}) {
    const auto params = softmax(depth);
    std::vector<std::int8_t> values(static_cast<std::size_t>(depth), 5);
    slt_softmax(&params, values.data(), values.data());
    EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](std::int8_t v) { return v == -128; })) << depth;
  }
  const auto params = softmax(511);
  std::vector<std::int8_t> values(511, 5);
  slt_softmax(&params, values.data(), values.data());
  EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](std::int8_t v) { return v == -127; }));
}

}  // namespace
}  // namespace systolite::test
