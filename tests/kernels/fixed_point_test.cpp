// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the kernels: ties, saturation, and agreement with the independent implementation in sim/core.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

#include "driver/kernels/slt_kernels.h"
#include "driver/kernels/slt_window.h"
#include "sim/core/quantize.h"

namespace systolite::test {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

TEST(FixedPointTest, HighMultiplySendsTiesTowardsPlusInfinity) {
  const std::int32_t half = 1 << 30;  // 0.5
  EXPECT_EQ(slt_high_multiply(3, half), 2);
  EXPECT_EQ(slt_high_multiply(-3, half), -1);
  EXPECT_EQ(slt_high_multiply(1, half), 1);
  EXPECT_EQ(slt_high_multiply(-1, half), 0);
}

TEST(FixedPointTest, HighMultiplySaturatesItsOneOverflow) {
  EXPECT_EQ(slt_high_multiply(kMin, kMin), kMax);
  EXPECT_EQ(slt_high_multiply(kMin, kMax), -kMax);
}

TEST(FixedPointTest, DivideByPowerOfTwoSendsTiesAwayFromZero) {
  EXPECT_EQ(slt_divide_by_pot(3, 1), 2);
  EXPECT_EQ(slt_divide_by_pot(-3, 1), -2);
  EXPECT_EQ(slt_divide_by_pot(1, 1), 1);
  EXPECT_EQ(slt_divide_by_pot(-1, 1), -1);
  EXPECT_EQ(slt_divide_by_pot(-2, 3), 0);
  EXPECT_EQ(slt_divide_by_pot(-4, 3), -1);
}

TEST(FixedPointTest, DivideByPowerOfTwoTakesAllExponents) {
  EXPECT_EQ(slt_divide_by_pot(kMax, 0), kMax);
  EXPECT_EQ(slt_divide_by_pot(kMin, 0), kMin);
  EXPECT_EQ(slt_divide_by_pot(kMax, 31), 1);
  EXPECT_EQ(slt_divide_by_pot(kMin, 31), -1);
  EXPECT_EQ(slt_divide_by_pot(1 << 30, 31), 1);
  EXPECT_EQ(slt_divide_by_pot((1 << 30) - 1, 31), 0);
  EXPECT_EQ(slt_divide_by_pot(-(1 << 30), 31), -1);
}

TEST(FixedPointTest, RequantizeEqualsTheIndependentImplementation) {
  std::mt19937 random(1);
  std::uniform_int_distribution<std::int32_t> any(kMin, kMax);
  std::uniform_int_distribution<std::int32_t> mantissa(1 << 30, kMax);
  std::uniform_int_distribution<int> bits(0, 31);
  std::uniform_int_distribution<int> exponent(kSltMinShift, kSltMaxShift);
  for (int i = 0; i < 200000; ++i) {
    const std::int32_t value = any(random) >> bits(random);
    const QuantizedMultiplier by{i % 16 == 0 ? 0 : mantissa(random), exponent(random)};
    ASSERT_EQ(slt_requantize(value, by.multiplier, by.shift, kSltDoubleRounding), multiply_double_rounding(value, by))
        << value << " * " << by.multiplier << " * 2^" << by.shift;
    ASSERT_EQ(slt_requantize(value, by.multiplier, by.shift, kSltSingleRounding), multiply_single_rounding(value, by))
        << value << " * " << by.multiplier << " * 2^" << by.shift;
  }
}

TEST(FixedPointTest, TheTwoRoundingsDiffer) {
  int differences = 0;
  for (std::int32_t value = -4000; value < 4000; ++value) {
    differences += slt_requantize(value, 1518500250, -5, kSltDoubleRounding) !=
                   slt_requantize(value, 1518500250, -5, kSltSingleRounding);
  }
  EXPECT_EQ(differences, 122);
}

TEST(FixedPointTest, ToInt8ClampsBeforeItAddsTheZeroPoint) {
  EXPECT_EQ(slt_to_int8(kMax, 127, -128, 127), 127);
  EXPECT_EQ(slt_to_int8(kMin, -128, -128, 127), -128);
  EXPECT_EQ(slt_to_int8(5, -3, -128, 127), 2);
  EXPECT_EQ(slt_to_int8(5, -3, -128, 1), 1);
  EXPECT_EQ(slt_to_int8(-5, -3, -6, 1), -6);
}

TEST(FixedPointTest, ScaleTablesAreCheckedEntryByEntry) {
  const std::int32_t multipliers[] = {0, kMax, -1};
  const std::int32_t shifts[] = {-31, 30, 0};
  EXPECT_TRUE(slt_scale_table_ok(multipliers, shifts, 2));
  EXPECT_FALSE(slt_scale_table_ok(multipliers, shifts, 3));
  EXPECT_FALSE(slt_scale_ok(1, 31));
  EXPECT_FALSE(slt_scale_ok(1, -32));
}

TEST(WindowTest, ValidTapsAreExactlyThoseInsideTheTensor) {
  for (int origin = -12; origin <= 12; ++origin) {
    for (int dilation = 1; dilation <= 4; ++dilation) {
      for (int kernel = 1; kernel <= 4; ++kernel) {
        for (int extent = 1; extent <= 6; ++extent) {
          const slt_taps_t taps = slt_valid_taps(origin, dilation, kernel, extent);
          for (int t = 0; t < kernel; ++t) {
            const int at = origin + t * dilation;
            ASSERT_EQ(t >= taps.first && t < taps.end, at >= 0 && at < extent)
                << origin << " " << dilation << " " << kernel << " " << extent << " " << t;
          }
          ASSERT_LE(taps.end, kernel);
        }
      }
    }
  }
}

}  // namespace
}  // namespace systolite::test
