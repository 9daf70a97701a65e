// SPDX-License-Identifier: Apache-2.0
// Single-precision floating point against IEEE 754 and the architecture manual (DDI 0403, A2.5).
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "sim/cpu/float_arithmetic.h"
#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

constexpr std::uint32_t kOne = 0x3F800000;
constexpr std::uint32_t kInfinity = 0x7F800000;
constexpr std::uint32_t kDefaultNan = 0x7FC00000;
constexpr std::uint32_t kLargest = 0x7F7FFFFF;
constexpr std::uint32_t kSmallestDenormal = 1;
constexpr std::uint32_t kSmallestNormal = 0x00800000;

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

class FloatTest : public testing::TestWithParam<const char*> {
 protected:
  FloatTest() { snippet_.run("enable_float"); }
  SnippetRunner snippet_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Cores, FloatTest, testing::Values("cortex-m4", "cortex-m7", "cortex-m33"), core_test_name);

TEST_P(FloatTest, Arithmetic) {
  snippet_.r(0) = bits(2.25F);
  snippet_.r(1) = bits(-1.5F);
  snippet_.run("float_arithmetic");
  EXPECT_EQ(snippet_.r(2), bits(0.75F));
  EXPECT_EQ(snippet_.r(3), bits(-3.375F));
  EXPECT_EQ(snippet_.r(4), bits(-1.5F));
  EXPECT_EQ(snippet_.r(5), bits(1.5F));
  EXPECT_EQ(snippet_.r(6), bits(-2.375F));
  EXPECT_EQ(snippet_.r(7) & 0x9FU, 0U) << "all of it is exact";
}

TEST_P(FloatTest, Conversions) {
  snippet_.r(0) = bits(-2.5F);
  snippet_.r(4) = static_cast<std::uint32_t>(-7);
  snippet_.run("float_conversions");
  EXPECT_EQ(snippet_.r(1), static_cast<std::uint32_t>(-2)) << "toward zero";
  EXPECT_EQ(snippet_.r(2), 0U) << "saturates";
  EXPECT_EQ(snippet_.r(3), static_cast<std::uint32_t>(-2)) << "to even";
  EXPECT_EQ(snippet_.r(4), bits(-7.0F));
  EXPECT_EQ(snippet_.r(5), static_cast<std::uint32_t>(-640)) << "eight fraction bits";
  EXPECT_EQ(snippet_.r(6) >> 28, 8U) << "less than zero";
}

TEST(FloatArithmeticTest, InvalidOperationsGiveTheDefaultNan) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kSub, kInfinity, kInfinity, fpscr), kDefaultNan);
  EXPECT_EQ(fpscr, kFpInvalid);
  fpscr = 0;
  EXPECT_EQ(fp_sqrt(bits(-1.0F), fpscr), kDefaultNan);
  EXPECT_EQ(fpscr, kFpInvalid);
}

TEST(FloatArithmeticTest, NansPropagateSignallingFirst) {
  const std::uint32_t signalling = 0x7F800001;
  const std::uint32_t quiet = 0x7FC00055;
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kAdd, quiet, signalling, fpscr), signalling | 0x00400000U);
  EXPECT_EQ(fpscr, kFpInvalid);
  fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kAdd, kOne, quiet, fpscr), quiet);
  EXPECT_EQ(fpscr, 0U);
  fpscr = kFpDefaultNan;
  EXPECT_EQ(fp_binary(FloatOp::kAdd, kOne, quiet, fpscr), kDefaultNan);
}

TEST(FloatArithmeticTest, CumulativeFlags) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kDiv, kOne, 0, fpscr), kInfinity);
  EXPECT_EQ(fpscr, kFpDivideByZero);
  fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kMul, kLargest, kLargest, fpscr), kInfinity);
  EXPECT_EQ(fpscr, kFpOverflow | kFpInexact);
  fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kDiv, kOne, bits(3.0F), fpscr), 0x3EAAAAABU);
  EXPECT_EQ(fpscr, kFpInexact);
  fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kMul, kSmallestNormal, bits(0.75F), fpscr), 0x00600000U);
  EXPECT_EQ(fpscr, 0U) << "a denormal that is exact is no underflow";
}

TEST(FloatArithmeticTest, FlushToZeroTakesAndGivesNoDenormals) {
  std::uint32_t fpscr = kFpFlushToZero;
  EXPECT_EQ(fp_binary(FloatOp::kAdd, kSmallestDenormal, 0, fpscr), 0U);
  EXPECT_EQ(fpscr, kFpFlushToZero | kFpInputDenormal);
  fpscr = kFpFlushToZero;
  EXPECT_EQ(fp_binary(FloatOp::kMul, kSmallestNormal, bits(-0.5F), fpscr), 0x80000000U);
  EXPECT_EQ(fpscr, kFpFlushToZero | kFpUnderflow);
}

TEST(FloatArithmeticTest, UnderflowIsDecidedBeforeRounding) {
  // 2^-126 * (1 - 2^-24) rounds up to the smallest normal number.
  const std::uint32_t almost_one = 0x3F7FFFFF;
  for (const FloatOp op : {FloatOp::kFma, FloatOp::kMla}) {
    std::uint32_t fpscr = 0;
    EXPECT_EQ(fp_accumulate(op, 0, kSmallestNormal, almost_one, fpscr), kSmallestNormal);
    EXPECT_EQ(fpscr, kFpUnderflow | kFpInexact);
    fpscr = kFpFlushToZero;
    EXPECT_EQ(fp_accumulate(op, 0, kSmallestNormal, almost_one, fpscr), 0U);
    EXPECT_EQ(fpscr, kFpFlushToZero | kFpUnderflow);
  }
  // Even when an addend makes it so close that double precision cannot tell.
  std::uint32_t fpscr = kFpFlushToZero;
  EXPECT_EQ(fp_accumulate(FloatOp::kFma, kSmallestNormal, 0x80800000, bits(0x1p-120F), fpscr), 0U);
}

TEST(FloatArithmeticTest, MaximumPrefersNumbersAndFlushesBothOperands) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_binary(FloatOp::kMaxNum, kDefaultNan, kOne, fpscr), kOne);
  EXPECT_EQ(fp_binary(FloatOp::kMinNum, 0x80000000, 0, fpscr), 0x80000000U);
  EXPECT_EQ(fpscr, 0U);
  fpscr = kFpFlushToZero;
  EXPECT_EQ(fp_binary(FloatOp::kMaxNum, 0x7F800001, kSmallestDenormal, fpscr), 0x7FC00001U);
  EXPECT_EQ(fpscr, kFpFlushToZero | kFpInvalid | kFpInputDenormal);
}

TEST(FloatArithmeticTest, RoundingModesOfTheStatusRegister) {
  const std::uint32_t third[] = {0x3EAAAAAB, 0x3EAAAAAB, 0x3EAAAAAA, 0x3EAAAAAA};
  for (std::uint32_t mode = 0; mode < 4; ++mode) {
    std::uint32_t fpscr = mode << 22;
    EXPECT_EQ(fp_binary(FloatOp::kDiv, kOne, bits(3.0F), fpscr), third[mode]) << mode;
  }
}

TEST(FloatArithmeticTest, FusedMultiplyAddRoundsOnceAndTheOtherTwice) {
  // (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24: lost when the product is rounded first.
  const std::uint32_t a = bits(1.0F + 0x1p-12F);
  const std::uint32_t addend = bits(-(1.0F + 0x1p-11F));
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_accumulate(FloatOp::kFma, addend, a, a, fpscr), bits(0x1p-24F));
  EXPECT_EQ(fp_accumulate(FloatOp::kMla, addend, a, a, fpscr), 0U);
}

TEST(FloatArithmeticTest, HalfPrecisionBothWays) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_from_half(0x3C00, fpscr), kOne);
  EXPECT_EQ(fp_from_half(0x0001, fpscr), bits(0x1p-24F));
  EXPECT_EQ(fp_to_half(bits(65504.0F), fpscr), 0x7BFFU);
  EXPECT_EQ(fp_to_half(bits(-0x1p-24F), fpscr), 0x8001U);
  EXPECT_EQ(fpscr, 0U);
  EXPECT_EQ(fp_to_half(bits(65520.0F), fpscr), 0x7C00U);
  EXPECT_EQ(fpscr, kFpOverflow | kFpInexact);
}

TEST(FloatArithmeticTest, ConversionToIntegerSaturates) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_to_fixed(bits(3e9F), 32, 0, false, 3, fpscr), 0x7FFFFFFFU);
  EXPECT_EQ(fpscr, kFpInvalid);
  EXPECT_EQ(fp_to_fixed(kDefaultNan, 32, 0, false, 3, fpscr), 0U);
  fpscr = 0;
  EXPECT_EQ(fp_to_fixed(bits(2.5F), 32, 0, false, kRoundTiesAway, fpscr), 3U);
  EXPECT_EQ(fpscr, kFpInexact);
}

TEST(FloatArithmeticTest, ComparisonWithNanIsUnordered) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(fp_compare(kOne, kDefaultNan, false, fpscr) >> 28, 3U);
  EXPECT_EQ(fpscr, 0U);
  EXPECT_EQ(fp_compare(kOne, kDefaultNan, true, fpscr) >> 28, 3U);
  EXPECT_EQ(fpscr, kFpInvalid);
  EXPECT_EQ(fp_compare(0x80000000, 0, false, fpscr) >> 28, 6U) << "-0 equals 0";
}

}  // namespace
}  // namespace systolite::cpu::test
