// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/break_even.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/battery/hand_made.h"

namespace systolite::test {
namespace {

using namespace battery;

double power_of(const System& system, const Scenario& scenario, double rate) {
  const auto power = average_power(system, scenario, rate);
  return power ? power->total_uw.value : 1e300;
}

TEST(BreakEvenTest, IsAddedPowerOverSavedEnergy) {
  // 50 uW added; 600 uJ in 50 ms become 2 + 3 uJ in 1 ms, and the 49 ms are slept at 10 uW instead.
  const BreakEven result = break_even(small_accelerator(1, 2, 3, 50), small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kFromRate);
  EXPECT_NEAR(result.per_second, 50 / (600 - 5 - 10 * 0.049 + 50 * 0.001), 1e-12);
  // Nothing is uncertain here.
  EXPECT_NEAR(result.low, result.per_second, 1e-12);
  ASSERT_TRUE(result.high);
  EXPECT_NEAR(*result.high, result.per_second, 1e-12);
  EXPECT_EQ(sentence(result), "pays from 0.0841 inferences/s on (0.0841 to 0.0841)");
}

TEST(BreakEvenTest, AnAcceleratorThatAddsNothingAlwaysPays) {
  const BreakEven result = break_even(small_accelerator(1, 2, 3, 0), small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kAlways);
  EXPECT_EQ(sentence(result), "pays at any rate");
}

TEST(BreakEvenTest, OneThatSavesNothingNeverPays) {
  // Nor does it have more time.
  const BreakEven result = break_even(small_accelerator(50, 2, 598.1, 0), small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kNever);
  EXPECT_EQ(sentence(result), "never: an inference costs no less with it");
}

TEST(BreakEvenTest, OneThatSavesTooLittleForThePossibleRatesSaysSo) {
  // In the 50 ms of an inference it draws 1.5 uJ more, but neither its 50 uW nor the 10 uW of sleep: 1 uJ saved, for
  // 50 uW. There is time for 20 a second.
  const BreakEven result = break_even(small_accelerator(50, 2, 599.5, 50), small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kBeyondTime);
  EXPECT_NEAR(result.per_second, 50, 1e-6);
  EXPECT_EQ(sentence(result), "never: it would pay from 50 inferences/s on, for which there is no time");
}

TEST(BreakEvenTest, OneThatDrawsMoreMayStillBeTheOnlyOneInTime) {
  const System with = small_accelerator(1, 2, 700, 50);
  BreakEven result = break_even(with, small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kOnlyInTime);
  EXPECT_NEAR(result.per_second, 20, 1e-12);
  result = break_even(with, small_system(1500, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kOnlyInTime);
  EXPECT_EQ(result.per_second, 0);
  EXPECT_EQ(sentence(result), "only it has the time");
  result = break_even(small_accelerator(1500, 2, 3, 50), small_system(50, 600), small_scenario());
  EXPECT_EQ(result.payoff, Payoff::kImpossible);
}

TEST(BreakEvenTest, ItIsWhereTheTwoPowersCross) {
  Drawer draw(11);
  std::array<int, 6> seen = {};
  for (int i = 0; i < 4000; ++i) {
    const Scenario scenario = draw.scenario();
    const Mcu mcu = draw.mcu();
    const System with = draw.system(mcu, true);
    const System without = draw.system(i % 3 == 0 ? draw.mcu() : mcu, false);
    const BreakEven result = break_even(with, without, scenario);
    ++seen.at(static_cast<std::size_t>(result.payoff));
    const auto least_lead = [&](double from, double to) {  // of the system without, between two rates
      double least = 1e300;
      for (int step = 1; step < 20; ++step) {
        const double rate = from + (to - from) * step / 20;
        least = std::min(least, power_of(with, scenario, rate) - power_of(without, scenario, rate));
      }
      return least;
    };
    if (result.payoff == Payoff::kFromRate) {
      const double rate = result.per_second;
      EXPECT_GE(least_lead(0, rate), -1e-6);
      EXPECT_LT(power_of(with, scenario, rate * 1.001), power_of(without, scenario, rate * 1.001));
      EXPECT_GE(power_of(with, scenario, rate * 0.999), power_of(without, scenario, rate * 0.999));
      EXPECT_LE(result.low, rate);
      if (result.high) {
        EXPECT_GE(*result.high, rate);
      }
    } else if (result.payoff == Payoff::kAlways) {
      EXPECT_LT(power_of(with, scenario, 1e-9), power_of(without, scenario, 1e-9) + 1e-9);
    } else if (result.payoff == Payoff::kOnlyInTime && result.per_second > 0) {
      EXPECT_GE(least_lead(0, result.per_second), 0);
      EXPECT_FALSE(average_power(without, scenario, result.per_second * 1.001));
    } else if (result.payoff == Payoff::kNever || result.payoff == Payoff::kBeyondTime) {
      EXPECT_GE(least_lead(0, 10 / scenario.period_s()), -1e-6);
    }
  }
  for (const Payoff payoff : {Payoff::kFromRate, Payoff::kAlways, Payoff::kOnlyInTime})
    EXPECT_GT(seen.at(static_cast<std::size_t>(payoff)), 50);
}

TEST(BreakEvenTest, BoundsHoldWhereEveryFigureIsAtAnEnd) {
  // The bounds of figures at their ends, one combination after the other, lie within those of the result.
  Drawer draw(12);
  int checked = 0;
  for (int i = 0; i < 300; ++i) {
    const Scenario scenario = draw.scenario();
    const Mcu mcu = draw.mcu();
    System with = draw.system(mcu, true);
    with.standby.resize(1);
    const System without = draw.system(mcu, false);
    const BreakEven result = break_even(with, without, scenario);
    if (result.payoff != Payoff::kFromRate) continue;
    for (unsigned ends = 0; ends < 16; ++ends) {
      const auto end = [&](const Figure& figure, unsigned bit) {
        return Figure::exact((ends >> bit & 1U) != 0 ? figure.high : figure.low);
      };
      System a = with;
      System b = without;
      a.standby[0].power_uw = end(with.standby[0].power_uw, 0);
      a.inference.processor_uj = end(with.inference.processor_uj, 1);
      a.inference.accelerator_uj = end(with.inference.accelerator_uj, 2);
      b.inference.processor_uj = end(without.inference.processor_uj, 3);
      const BreakEven one = break_even(a, b, scenario);
      if (one.payoff != Payoff::kFromRate) continue;
      // The same states on both sides, so that nothing but these four figures makes the difference.
      const auto x = average_power(a, scenario, one.per_second);
      const auto y = average_power(with, scenario, result.per_second);
      const auto z = average_power(b, scenario, one.per_second);
      if (!x || !y || !z || x->rest_state != y->rest_state || z->rest_state != x->rest_state ||
          x->capture_state != y->capture_state || z->capture_state != x->capture_state)
        continue;
      EXPECT_GE(one.per_second, result.low * (1 - 1e-9));
      if (result.high) {
        EXPECT_LE(one.per_second, *result.high * (1 + 1e-9));
      }
      ++checked;
    }
  }
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace systolite::test
