// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/power.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/battery/life.h"
#include "tests/battery/hand_made.h"

namespace systolite::test {
namespace {

using namespace battery;

constexpr double kTiny = 1e-9;

TEST(PowerTest, SharesOfARestingProcessorAreThoseOfTheFormula) {
  Scenario scenario = small_scenario();
  scenario.sensor_uw = given(7);
  scenario.capture_uj = given(5);
  scenario.preparation_kcycles = given(1000);  // 10 ms, 100 uJ
  const auto power = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->rest_state, "stop");
  EXPECT_EQ(power->capture_state, "");
  EXPECT_EQ(power->standby_state, "");
  EXPECT_NEAR((*power)[Share::kSensor].value, 12, kTiny);
  EXPECT_NEAR((*power)[Share::kWake].value, 1, kTiny);
  EXPECT_NEAR((*power)[Share::kPreparation].value, 100, kTiny);
  EXPECT_NEAR((*power)[Share::kProcessor].value, 600, kTiny);
  EXPECT_NEAR((*power)[Share::kSleep].value, 10 * (1 - 0.0601), kTiny);
  EXPECT_NEAR(power->duty_cycle, 0.0601, kTiny);
  EXPECT_NEAR(power->response_ms.value, 60.1, kTiny);
  EXPECT_NEAR(power->margin_ms.value, 439.9, kTiny);
}

TEST(PowerTest, AnInferenceInEveryOtherPeriodCostsHalf) {
  Scenario scenario = small_scenario();
  scenario.inferences_per_second = 0.5;
  const auto power = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(power);
  EXPECT_NEAR((*power)[Share::kProcessor].value, 300, kTiny);
  EXPECT_NEAR(power->duty_cycle, 0.0251, kTiny);
}

TEST(PowerTest, WhileSomethingIsCapturedThePeripheralsMustRun) {
  Scenario scenario = small_scenario();
  scenario.capture_ms = given(200);
  const auto sometimes = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(sometimes);
  EXPECT_EQ(sometimes->capture_state, "sleep");
  EXPECT_EQ(sometimes->rest_state, "stop");
  EXPECT_NEAR((*sometimes)[Share::kSleep].value, 1000 * 0.2 + 10 * (0.8 - 0.0501), kTiny);
  // The wake-up from stop comes before the capture, so it does not delay the result.
  EXPECT_NEAR(sometimes->response_ms.value, 50, kTiny);

  scenario.capture_ms = given(1000);
  const auto always = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(always);
  EXPECT_EQ(always->rest_state, "");
  EXPECT_NEAR((*always)[Share::kSleep].value, 1000 * 0.95, kTiny);
}

TEST(PowerTest, ADeepStateIsLeftOutWhereWakingUpCostsMore) {
  System system = small_system(0.1, 1);
  Scenario scenario = small_scenario();
  scenario.sensing_period_ms = 1;
  scenario.inferences_per_second = 1000;
  // Stop: 1 uJ each millisecond is 1 mW, sleep 0.9 mW.
  auto power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->rest_state, "sleep");
  system.mcu.states[1].wake_uj = given(0.5);
  power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->rest_state, "stop");
  // Where waking up would miss the deadline, the lighter state is taken all the same.
  scenario.deadline_ms = 0.15;
  power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->rest_state, "sleep");
  EXPECT_NEAR(power->margin_ms.value, 0.05, kTiny);
}

TEST(PowerTest, AProcessorWithoutACheapStateStaysAwake) {
  System system = small_system(0.1, 1);
  for (SleepState& state : system.mcu.states) state.wake_uj = given(100);
  Scenario scenario = small_scenario();
  scenario.sensing_period_ms = 1;
  scenario.inferences_per_second = 1000;
  const auto power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->rest_state, "awake");
  EXPECT_NEAR((*power)[Share::kSleep].value, 10'000 * 0.9, kTiny);
}

TEST(PowerTest, TheAcceleratorIsSwitchedOffWhereItIsIdleForLong) {
  System system = small_accelerator(1, 2, 3, 50);
  system.standby.push_back(
      {.name = "off", .power_uw = Figure::exact(1), .wake_us = Figure::exact(1000), .wake_uj = Figure::exact(0.5)});
  Scenario scenario = small_scenario();
  auto power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->standby_state, "off");
  EXPECT_NEAR((*power)[Share::kStandby].value, 1 * (1 - 0.002), kTiny);
  // 1 uJ of the processor's stop, 0.5 uJ and a millisecond at 10 mW for the accelerator.
  EXPECT_NEAR((*power)[Share::kWake].value, 11.5, kTiny);
  EXPECT_NEAR((*power)[Share::kAccelerator].value, 3, kTiny);
  EXPECT_NEAR(power->response_ms.value, 2.1, kTiny);
  scenario.sensing_period_ms = 100;
  scenario.inferences_per_second = 10;
  power = average_power(system, scenario);
  ASSERT_TRUE(power);
  EXPECT_EQ(power->standby_state, "on");
}

TEST(PowerTest, WhatTheSupplyLosesIsDrawnToo) {
  Scenario scenario = small_scenario();
  const double used = average_power(small_system(50, 600), scenario)->total_uw.value;
  scenario.supply_percent = given(80);
  const auto power = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(power);
  EXPECT_NEAR(power->total_uw.value, used / 0.8, kTiny);
  EXPECT_NEAR((*power)[Share::kSupply].value, used * 0.25, kTiny);
}

TEST(PowerTest, AnInferenceLongerThanThePeriodIsImpossible) {
  Scenario scenario = small_scenario();
  EXPECT_FALSE(average_power(small_system(1001, 1), scenario));
  EXPECT_NEAR(needed_ms(small_system(1001, 1), scenario), 1001, kTiny);
  EXPECT_TRUE(average_power(small_system(999, 1), scenario));
  scenario.capture_ms = given(500);
  EXPECT_FALSE(average_power(small_system(501, 1), scenario));
  EXPECT_TRUE(average_power(small_system(499, 1), scenario));
  // Recording goes on during an inference.
  scenario.capture_ms = given(1000);
  EXPECT_TRUE(average_power(small_system(999, 1), scenario));
  EXPECT_FALSE(average_power(small_system(1001, 1), scenario));
}

TEST(PowerTest, WithABufferAnInferenceMayGoOnIntoTheNextPeriods) {
  Scenario scenario = small_scenario();
  scenario.capture_ms = given(1000);
  scenario.preparation_kcycles = given(20'000);  // 200 ms
  scenario.inferences_per_second = 0.5;
  const auto power = average_power(small_system(1200, 1), scenario);
  ASSERT_TRUE(power);
  EXPECT_NEAR(power->duty_cycle, 0.8, kTiny);
  EXPECT_NEAR(needed_ms(small_system(1200, 1), scenario), 800, kTiny);
  // 800 ms of each second are left for it.
  EXPECT_NEAR(power->response_ms.value, 200 + 1200 / 0.8, kTiny);
  EXPECT_FALSE(average_power(small_system(1601, 1), scenario));
  scenario.capture_ms = given(0);
  EXPECT_FALSE(average_power(small_system(1200, 1), scenario));
}

TEST(PowerTest, ThePeakIsThePhaseThatDrawsMost) {
  Scenario scenario = small_scenario();
  scenario.sensor_uw = given(100);
  // 10 mW active, 12 mW during the inference.
  const auto power = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(power);
  EXPECT_NEAR(power->peak_uw.value, 12'100, kTiny);
  scenario.capture_ms = given(10);
  scenario.capture_uj = given(500);  // 50 mW
  const auto capture = average_power(small_system(50, 600), scenario);
  ASSERT_TRUE(capture);
  EXPECT_NEAR(capture->peak_uw.value, 51'100, kTiny);
  EXPECT_NEAR(capture->peak_s, 0.01, kTiny);
}

TEST(PowerTest, SharesAreConservedAndBoundsHoldTheNominal) {
  Drawer draw(1);
  int possible = 0;
  for (int i = 0; i < 2000; ++i) {
    const Scenario scenario = draw.scenario();
    const System system = draw.system(draw.mcu(), i % 2 == 0);
    const auto power = average_power(system, scenario);
    EXPECT_EQ(power.has_value(), needed_ms(system, scenario) <= scenario.sensing_period_ms);
    if (!power) continue;
    ++possible;
    Figure sum;
    for (const Figure& share : power->shares_uw) {
      sum += share;
      EXPECT_GE(share.low, 0);
      EXPECT_LE(share.low, share.value * (1 + kTiny));
      EXPECT_GE(share.high, share.value * (1 - kTiny));
    }
    EXPECT_EQ(sum, power->total_uw);
    EXPECT_LE(power->duty_cycle, 1 + kTiny);
    EXPECT_NEAR(power->margin_ms.value + power->response_ms.value, scenario.deadline_ms, kTiny);
  }
  EXPECT_GT(possible, 500);
}

TEST(PowerTest, NoOtherChoiceOfStatesDrawsLess) {
  Drawer draw(2);
  for (int i = 0; i < 1000; ++i) {
    Scenario scenario = draw.scenario();
    scenario.deadline_ms = 1e9;
    const System system = draw.system(draw.mcu(), i % 2 == 0);
    const auto power = average_power(system, scenario);
    if (!power) continue;
    for (std::size_t left = 0; left < system.mcu.states.size(); ++left) {
      System fewer = system;
      fewer.mcu.states = {system.mcu.states[left]};
      const auto other = average_power(fewer, scenario);
      if (other) {
        EXPECT_LE(power->total_uw.value, other->total_uw.value * (1 + kTiny));
      }
    }
  }
}

TEST(PowerTest, MoreInferencesDrawMoreWhereOneCostsMoreThanSleep) {
  Drawer draw(3);
  int checked = 0;
  for (int i = 0; i < 1000; ++i) {
    const Scenario scenario = draw.scenario();
    const System system = draw.system(draw.mcu(), i % 2 == 0);
    const auto lines = power_lines(system, scenario);
    if (std::ranges::any_of(lines, [](const PowerLine& line) { return line.uj_per_inference() <= 0; })) continue;
    double before = 0;
    for (int step = 0; step <= 10; ++step) {
      const auto power = average_power(system, scenario, step / scenario.period_s() / 10);
      if (!power) break;
      EXPECT_GT(power->total_uw.value, before);
      before = power->total_uw.value;
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000);
}

TEST(PowerTest, LinesGiveThePowerAtEveryRate) {
  Drawer draw(4);
  int checked = 0;
  for (int i = 0; i < 1000; ++i) {
    const Scenario scenario = draw.scenario();
    const System system = draw.system(draw.mcu(), i % 2 == 0);
    const auto lines = power_lines(system, scenario);
    for (const double rate : {0.0, 0.3 / scenario.period_s(), 1 / scenario.period_s(), 3 / scenario.period_s()}) {
      double least = 1e300;
      for (const PowerLine& line : lines) {
        if (rate <= line.most_per_second) least = std::min(least, line.at(rate));
      }
      const auto power = average_power(system, scenario, rate);
      ASSERT_EQ(power.has_value(), least < 1e300);
      if (!power) continue;
      const double used = power->total_uw.value - (*power)[Share::kSupply].value;
      EXPECT_NEAR(used, least, least * 1e-9);
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000);
}

TEST(LifeTest, IsUsableEnergyOverAllThatIsDrawn) {
  Cell cell;
  cell.capacity_mah = given(1000);
  cell.voltage_v = given(3);
  cell.usable_percent = given(50);
  cell.self_discharge_percent = given(0);
  cell.continuous_ma = given(1);
  cell.peak_ma = given(4);
  AveragePower power;
  power.total_uw = {.value = 1500, .low = 1500, .high = 3000};
  power.peak_uw = Figure::exact(12'000);
  Life life = battery_life(cell, power);
  EXPECT_NEAR(life.days.value, 1000.0 / 24, kTiny);  // 1.5 Wh at 1.5 mW
  EXPECT_NEAR(life.days.low, 500.0 / 24, kTiny);
  EXPECT_NEAR(life.days.high, 1000.0 / 24, kTiny);
  EXPECT_NEAR(life.average_ma.value, 0.5, kTiny);
  EXPECT_TRUE(life.average_allowed);
  EXPECT_NEAR(life.peak_ma.value, 4, kTiny);
  EXPECT_TRUE(life.peak_allowed);
  EXPECT_EQ(life.capacitor_uf, 0);
  cell.peak_ma = given(3.9);
  power.peak_s = 0.003;
  life = battery_life(cell, power);
  EXPECT_FALSE(life.peak_allowed);
  EXPECT_NEAR(life.capacitor_uf, 0.1e-3 * 0.003 / 0.3 * 1e6, kTiny);
  // All of the capacity a year: 3 Wh over 8766 h.
  cell.self_discharge_percent = given(100);
  life = battery_life(cell, power);
  EXPECT_NEAR(life.self_discharge_uw.value, 3e6 / 8766, 1e-6);
  EXPECT_NEAR(life.days.value, 1.5e6 / (1500 + 3e6 / 8766) / 24, 1e-6);
}

}  // namespace
}  // namespace systolite::test
