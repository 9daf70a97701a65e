// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/timer.h"

#include <gtest/gtest.h>

#include "slt_soc.h"
#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

constexpr std::uint32_t kCtrl = SLT_SOC_TIMER_BASE + SLT_TIMER_CTRL_OFFSET;
constexpr std::uint32_t kCount = SLT_SOC_TIMER_BASE + SLT_TIMER_COUNT_OFFSET;
constexpr std::uint32_t kCompare = SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET;
constexpr std::uint32_t kStatus = SLT_SOC_TIMER_BASE + SLT_TIMER_STATUS_OFFSET;
constexpr std::uint32_t kEnable = SLT_TIMER_CTRL_ENABLE_MASK;
constexpr std::uint32_t kPeriodic = SLT_TIMER_CTRL_PERIODIC_MASK;
constexpr std::uint32_t kIrq = SLT_TIMER_CTRL_IRQ_ENABLE_MASK;

// An access takes one cycle: a write in cycle t holds from t + 1, in which the count is still the old one.
class TimerTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }
  bool irq() { return board.soc.interrupts[SLT_SOC_TIMER_INTERRUPT].read(); }
  // The cycle in which the line is high first, looked at in the middle of each cycle.
  Cycles run_to_irq(Cycles limit) {
    sc_core::sc_start(board.soc.clock().period() / 2, sc_core::SC_RUN_TO_TIME);
    for (Cycles i = 0; i < limit && !irq(); ++i) board.run(1);
    EXPECT_TRUE(irq());
    const Cycles found = board.now();
    sc_core::sc_start(board.cycles(found + 1) - sc_core::sc_time_stamp(), sc_core::SC_RUN_TO_TIME);
    return found;
  }
  TestBoard board;
};

TEST_F(TimerTest, HoldsItsResetValues) {
  EXPECT_EQ(board.read(kCtrl), 0U);
  EXPECT_EQ(board.read(kCount), 0U);
  EXPECT_EQ(board.read(kCompare), 0xFFFFFFFFU);
  EXPECT_EQ(board.read(kStatus), 0U);
  board.run(1000);
  EXPECT_EQ(board.read(kCount), 0U);
}

TEST_F(TimerTest, CountsCyclesWhileItIsEnabled) {
  board.write(kCtrl, kEnable);        // cycle 0; count is 0 in cycle 1
  EXPECT_EQ(board.read(kCount), 0U);  // in cycle 1
  EXPECT_EQ(board.read(kCount), 1U);
  board.run(100);
  EXPECT_EQ(board.read(kCount), 102U);
  board.write(kCtrl, 0);  // cycle 104: holds from 105, where the count is 104
  board.run(50);
  EXPECT_EQ(board.read(kCount), 104U);
}

TEST_F(TimerTest, AMatchRaisesTheLineInTheCycleOfTheCompareValue) {
  board.write(kCompare, 20);           // cycle 0
  board.write(kCtrl, kEnable | kIrq);  // cycle 1; count n in cycle 2 + n
  EXPECT_EQ(run_to_irq(100), 22U);
  EXPECT_EQ(board.read(kStatus), SLT_TIMER_STATUS_MATCH_MASK);
  EXPECT_EQ(board.read(kCount), 22U);  // in cycle 24
}

TEST_F(TimerTest, TheLineStaysHighUntilTheMatchIsCleared) {
  board.write(kCompare, 5);
  board.write(kCtrl, kEnable | kIrq);
  run_to_irq(100);
  board.run(500);
  EXPECT_TRUE(irq());
  board.write(kStatus, 0);
  board.run(1);
  EXPECT_TRUE(irq());
  board.write(kStatus, SLT_TIMER_STATUS_MATCH_MASK);
  board.run(1);
  EXPECT_FALSE(irq());
  EXPECT_EQ(board.read(kStatus), 0U);
}

TEST_F(TimerTest, PeriodicMatchesAreCompareAndOneCyclesApart) {
  board.write(kCompare, 9);
  board.write(kCtrl, kEnable | kPeriodic | kIrq);
  EXPECT_EQ(run_to_irq(100), 11U);
  for (int i = 1; i <= 3; ++i) {
    board.write(kStatus, SLT_TIMER_STATUS_MATCH_MASK);
    EXPECT_EQ(run_to_irq(100), 11U + 10U * static_cast<Cycles>(i));
  }
  EXPECT_EQ(board.read(kCount), 0U);
}

TEST_F(TimerTest, PeriodicCountsAreRightAfterManyMatches) {
  board.write(kCompare, 9);
  board.write(kCtrl, kEnable | kPeriodic);  // cycle 1; count 0 in cycle 2
  board.run(12345);                         // cycle 12347
  EXPECT_EQ(board.read(kCount), (12347U - 2U) % 10U);
}

TEST_F(TimerTest, WithoutItsEnableTheMatchDoesNotReachTheLine) {
  board.write(kCompare, 5);
  board.write(kCtrl, kEnable);
  board.run(50);
  EXPECT_EQ(board.read(kStatus), SLT_TIMER_STATUS_MATCH_MASK);
  EXPECT_FALSE(irq());
  board.write(kCtrl, kEnable | kIrq);
  board.run(1);
  EXPECT_TRUE(irq());
}

TEST_F(TimerTest, WritingTheCompareValueIntoTheCounterIsNoMatch) {
  board.write(kCompare, 7);
  board.write(kCount, 7);
  board.write(kCtrl, kEnable);
  board.run(100);
  EXPECT_EQ(board.read(kStatus), 0U);
}

TEST_F(TimerTest, TheCounterWraps) {
  board.write(kCompare, 3);
  board.write(kCount, 0xFFFFFFFE);
  board.write(kCtrl, kEnable | kIrq);  // cycle 2; 0xFFFFFFFE in cycle 3, 0 in cycle 5
  EXPECT_EQ(run_to_irq(100), 8U);
}

TEST_F(TimerTest, AnIdleTimerHasNoEvents) {
  board.write(kCompare, 5);
  board.write(kCtrl, kEnable);
  board.run(20);
  board.write(kCtrl, 0);
  board.run(2);
  EXPECT_FALSE(sc_core::sc_pending_activity());
}

}  // namespace
}  // namespace systolite::test
