// SPDX-License-Identifier: Apache-2.0
#include "sim/core/quantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

// Independent statement of both roundings in exact rational arithmetic: 128 bits hold every intermediate product.
__extension__ using Wide = __int128;

Wide floor_divide(Wide numerator, Wide denominator) {
  const Wide quotient = numerator / denominator;
  return quotient - (numerator % denominator != 0 && (numerator < 0) != (denominator < 0) ? 1 : 0);
}

// Nearest integer to value / 2^exponent, ties toward +infinity.
Wide round_half_up(Wide value, int exponent) {
  const Wide unit = Wide{1} << exponent;
  return floor_divide(2 * value + unit, 2 * unit);
}

// The same with ties away from zero.
Wide round_half_away(Wide value, int exponent) {
  return value < 0 ? -round_half_up(-value, exponent) : round_half_up(value, exponent);
}

std::int32_t wrap(Wide value) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(value)); }

std::int32_t expected_double(std::int32_t value, QuantizedMultiplier by) {
  const std::int32_t shifted = by.shift > 0 ? wrap(Wide{value} * (Wide{1} << by.shift)) : value;
  const Wide high = round_half_up(Wide{shifted} * by.multiplier, 31);
  return wrap(round_half_away(high, by.shift < 0 ? -by.shift : 0));
}

std::int32_t expected_single(std::int32_t value, QuantizedMultiplier by) {
  return wrap(round_half_up(Wide{value} * by.multiplier, 31 - by.shift));
}

TEST(QuantizeMultiplierTest, SplitsPowersOfTwo) {
  EXPECT_EQ(quantize_multiplier(1.0), (QuantizedMultiplier{1 << 30, 1}));
  EXPECT_EQ(quantize_multiplier(0.5), (QuantizedMultiplier{1 << 30, 0}));
  EXPECT_EQ(quantize_multiplier(0.25), (QuantizedMultiplier{1 << 30, -1}));
  EXPECT_EQ(quantize_multiplier(0.75), (QuantizedMultiplier{3 << 29, 0}));
  EXPECT_EQ(quantize_multiplier(0.0), (QuantizedMultiplier{0, 0}));
}

TEST(QuantizeMultiplierTest, CarriesWhenTheFractionRoundsUpToOne) {
  const double below_one = std::nextafter(1.0, 0.0);  // 2^31 * fraction rounds to 2^31
  EXPECT_EQ(quantize_multiplier(below_one), (QuantizedMultiplier{1 << 30, 1}));
}

TEST(QuantizeMultiplierTest, TinyNumbersBecomeZero) {
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.5, -31)), (QuantizedMultiplier{1 << 30, -31}));
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.5, -32)), (QuantizedMultiplier{0, 0}));
  EXPECT_EQ(quantize_multiplier(std::numeric_limits<double>::denorm_min()), (QuantizedMultiplier{0, 0}));
}

TEST(QuantizeMultiplierTest, OnlySingleRoundingSaturatesLargeNumbers) {
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.5, 30), Rounding::kSingle), (QuantizedMultiplier{1 << 30, 30}));
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.5, 31), Rounding::kSingle), (QuantizedMultiplier{kMax, 30}));
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.5, 31), Rounding::kDouble), (QuantizedMultiplier{1 << 30, 31}));
}

TEST(QuantizeMultiplierTest, IsTheNearestMultiplier) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-30.0, 20.0);
  for (int i = 0; i < 10000; ++i) {
    const double value = std::exp2(exponent(random));
    const QuantizedMultiplier q = quantize_multiplier(value);
    const double back = std::ldexp(q.multiplier, q.shift - 31);
    EXPECT_GE(q.multiplier, 1 << 30);
    EXPECT_LE(std::abs(back - value), std::ldexp(0.5, q.shift - 31)) << value;
  }
}

TEST(QuantizeMultiplierTest, RefusesWhatIsNotANumber) {
  for (const double bad : {-0.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW((void)quantize_multiplier(bad), Error) << bad;
  }
}

TEST(RequantizeTest, HighMultiplySendsTiesUpAndDivisionAwayFromZero) {
  const QuantizedMultiplier half{1 << 30, 0};  // 1/2: a tie for every odd value
  EXPECT_EQ(multiply_double_rounding(3, half), 2);
  EXPECT_EQ(multiply_double_rounding(-3, half), -1);
  const QuantizedMultiplier quarter{1 << 30, -1};
  EXPECT_EQ(multiply_double_rounding(-6, quarter), -2);  // -3 after the multiplication, then away from zero
  EXPECT_EQ(multiply_single_rounding(-6, quarter), -1);  // once, toward +infinity
  EXPECT_EQ(multiply_double_rounding(6, quarter), 2);
  EXPECT_EQ(multiply_single_rounding(6, quarter), 2);
}

TEST(RequantizeTest, TwoRoundingsDifferFromOne) {
  const QuantizedMultiplier by{1518500250, -5};
  int different = 0;
  for (std::int32_t value = -4000; value < 4000; ++value) {
    different += multiply_double_rounding(value, by) != multiply_single_rounding(value, by) ? 1 : 0;
  }
  EXPECT_EQ(different, 122);
}

TEST(RequantizeTest, AgreesWithExactArithmetic) {
  std::mt19937 random(2);
  const std::int32_t corners[] = {kMin, kMin + 1, -(1 << 30), -1, 0, 1, 1 << 30, kMax - 1, kMax};
  for (int i = 0; i < 200000; ++i) {
    const auto value = i % 4 == 0 ? corners[random() % std::size(corners)] : static_cast<std::int32_t>(random());
    const auto multiplier = i % 16 == 0 ? 0 : static_cast<std::int32_t>(random() & 0x7FFFFFFFU);
    const int shift = static_cast<int>(random() % 62) - 31;
    const QuantizedMultiplier by{multiplier, shift};
    ASSERT_EQ(multiply_by_quantized_multiplier(value, by, Rounding::kDouble), expected_double(value, by))
        << value << " * " << multiplier << " shift " << shift;
    ASSERT_EQ(multiply_by_quantized_multiplier(value, by, Rounding::kSingle), expected_single(value, by))
        << value << " * " << multiplier << " shift " << shift;
  }
}

TEST(ActivationRangeTest, FollowsTheRealBounds) {
  const std::optional<float> none;
  EXPECT_EQ(calculate_activation_range(none, none, 0.1F, 3), (ActivationRange{-128, 127}));
  EXPECT_EQ(calculate_activation_range(0.0F, none, 0.1F, -128), (ActivationRange{-128, 127}));
  EXPECT_EQ(calculate_activation_range(0.0F, none, 0.1F, 5), (ActivationRange{5, 127}));
  EXPECT_EQ(calculate_activation_range(0.0F, 6.0F, 6.0F / 255.0F, -128), (ActivationRange{-128, 127}));
  EXPECT_EQ(calculate_activation_range(0.0F, 6.0F, 0.1F, -20), (ActivationRange{-20, 40}));
  EXPECT_EQ(calculate_activation_range(-1.0F, 1.0F, 0.04F, 10), (ActivationRange{-15, 35}));
}

TEST(ActivationRangeTest, TiesGoAwayFromZero) {
  EXPECT_EQ(calculate_activation_range(-1.0F, 1.0F, 0.4F, 0), (ActivationRange{-3, 3}));  // 2.5 steps
}

TEST(ActivationRangeTest, RefusesABoundOutsideInt32) {
  EXPECT_THROW((void)calculate_activation_range(0.0F, 6.0F, 1e-9F, 0), Error);
  EXPECT_THROW((void)calculate_activation_range(0.0F, 6.0F, 0.0F, 0), Error);
}

}  // namespace
}  // namespace systolite
