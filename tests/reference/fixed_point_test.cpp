// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/fixed_point.h"

#include <gtest/gtest.h>

#include <limits>

namespace systolite::reference {
namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

TEST(FixedPointTest, MultiplierHasMantissaFromOneHalf) {
  const Multiplier half = to_multiplier(0.5, RoundingMode::kTwice);
  EXPECT_EQ(half.mantissa, 1 << 30);
  EXPECT_EQ(half.exponent, 0);
  const Multiplier three = to_multiplier(3.0, RoundingMode::kTwice);
  EXPECT_EQ(three.mantissa, 1610612736);
  EXPECT_EQ(three.exponent, 2);
}

TEST(FixedPointTest, MultiplierBelowTwoToMinus32IsZero) {
  EXPECT_EQ(to_multiplier(2.3e-10, RoundingMode::kTwice).mantissa, 0);
  EXPECT_NE(to_multiplier(2.4e-10, RoundingMode::kTwice).mantissa, 0);
}

TEST(FixedPointTest, HighMultiplySendsTiesUp) {
  EXPECT_EQ(high_multiply(1, 1 << 30), 1);   // 0.5
  EXPECT_EQ(high_multiply(-1, 1 << 30), 0);  // -0.5
  EXPECT_EQ(high_multiply(-3, 1 << 30), -1);
  EXPECT_EQ(high_multiply(kMin, kMin), kMax);
}

TEST(FixedPointTest, DivisionSendsTiesAwayFromZero) {
  EXPECT_EQ(divide_by_power_of_two(3, 1), 2);
  EXPECT_EQ(divide_by_power_of_two(-3, 1), -2);
  EXPECT_EQ(divide_by_power_of_two(-1, 1), -1);
  EXPECT_EQ(divide_by_power_of_two(kMin, 31), -1);
  EXPECT_EQ(divide_by_power_of_two(kMax, 31), 1);
}

TEST(FixedPointTest, RoundingOnceAndTwiceDiffer) {
  const Multiplier by{1518500250, -5};
  int differences = 0;
  for (std::int32_t value = -4000; value < 4000; ++value) {
    const std::int32_t twice = scale(value, by, RoundingMode::kTwice);
    const std::int32_t once = scale(value, by, RoundingMode::kOnce);
    EXPECT_LE(std::abs(twice - once), 1);
    differences += twice != once ? 1 : 0;
  }
  EXPECT_EQ(differences, 122);
}

TEST(FixedPointTest, WrapKeepsLowBits) {
  EXPECT_EQ(wrap(std::int64_t{kMax} + 1), kMin);
  EXPECT_EQ(wrap(std::int64_t{kMin} - 1), kMax);
  EXPECT_EQ(wrap(-1), -1);
}

}  // namespace
}  // namespace systolite::reference
