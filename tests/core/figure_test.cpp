// SPDX-License-Identifier: Apache-2.0
#include "sim/core/figure.h"

#include <gtest/gtest.h>

#include <random>

namespace systolite {
namespace {

constexpr Figure kA{.value = 2, .low = 1, .high = 4};
constexpr Figure kB{.value = 10, .low = 8, .high = 16};

TEST(FigureTest, SumsAddTheBounds) {
  EXPECT_EQ(kA + kB, (Figure{.value = 12, .low = 9, .high = 20}));
  Figure sum = kA;
  sum += kB;
  EXPECT_EQ(sum, kA + kB);
}

TEST(FigureTest, DifferencesTakeTheOppositeBound) { EXPECT_EQ(kB - kA, (Figure{.value = 8, .low = 4, .high = 15})); }

TEST(FigureTest, FactorsScaleAndSwapTheBoundsWhenNegative) {
  EXPECT_EQ(kA * 3, (Figure{.value = 6, .low = 3, .high = 12}));
  EXPECT_EQ(-1 * kA, (Figure{.value = -2, .low = -4, .high = -1}));
}

TEST(FigureTest, ProductsAndQuotientsSpanTheCorners) {
  EXPECT_EQ(kA * kB, (Figure{.value = 20, .low = 8, .high = 64}));
  EXPECT_EQ(kB / kA, (Figure{.value = 5, .low = 2, .high = 16}));
  EXPECT_EQ(kB / 2, (Figure{.value = 5, .low = 4, .high = 8}));
}

TEST(FigureTest, ExactFiguresHaveNoWidth) { EXPECT_EQ(Figure::exact(3), (Figure{.value = 3, .low = 3, .high = 3})); }

// Whatever the operands' true values within their bounds are, the result's bounds hold the true result.
TEST(FigureTest, BoundsHoldEveryResultOfValuesWithinTheBounds) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> any(-9, 9);
  std::uniform_real_distribution<double> width(0, 5);
  std::uniform_real_distribution<double> part(0, 1);
  const auto draw = [&](double offset) {
    const double value = any(random) + offset;
    return Figure{.value = value, .low = value - width(random), .high = value + width(random)};
  };
  const auto within = [&](const Figure& figure) { return figure.low + (figure.high - figure.low) * part(random); };
  const auto holds = [](const Figure& figure, double truth) {
    return figure.low <= truth + 1e-9 && truth <= figure.high + 1e-9 && figure.low <= figure.value &&
           figure.value <= figure.high;
  };
  for (int i = 0; i < 20000; ++i) {
    const Figure a = draw(0);
    const Figure b = draw(0);
    const Figure divisor = draw(i % 2 == 0 ? 15 : -15);
    const double x = within(a);
    const double y = within(b);
    const double z = within(divisor);
    ASSERT_TRUE(holds(a + b, x + y));
    ASSERT_TRUE(holds(a - b, x - y));
    ASSERT_TRUE(holds(a * b, x * y));
    ASSERT_TRUE(holds(a * y, x * y));
    ASSERT_TRUE(holds(a / divisor, x / z));
  }
}

}  // namespace
}  // namespace systolite
