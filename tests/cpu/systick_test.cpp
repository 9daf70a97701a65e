// SPDX-License-Identifier: Apache-2.0
// The system timer against DDI 0403, B3.3.
#include "sim/cpu/systick.h"

#include <gtest/gtest.h>

#include <limits>

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kControl = 0;
constexpr std::uint32_t kReload = 4;
constexpr std::uint32_t kValue = 8;

TEST(SysTickTest, CountsDownAndReloadsEveryReloadPlusOneCycles) {
  SysTick timer;
  timer.write(kReload, 9, 0);
  timer.write(kControl, 3, 100);
  EXPECT_EQ(timer.next_interrupt(), 110U) << "one cycle to load 9, nine to count to 0";
  EXPECT_EQ(timer.read(kValue, 101), 9U);
  EXPECT_EQ(timer.read(kValue, 109), 1U);
  EXPECT_FALSE(timer.advance(109));
  EXPECT_TRUE(timer.advance(110));
  EXPECT_EQ(timer.read(kValue, 110), 0U);
  EXPECT_EQ(timer.read(kValue, 111), 9U);
  EXPECT_EQ(timer.next_interrupt(), 120U);
}

TEST(SysTickTest, MissedPeriodsAreOneInterrupt) {
  SysTick timer;
  timer.write(kReload, 9, 0);
  timer.write(kControl, 3, 0);
  EXPECT_TRUE(timer.advance(57));
  EXPECT_EQ(timer.next_interrupt(), 60U);
  EXPECT_FALSE(timer.advance(57));
}

TEST(SysTickTest, CountFlagIsClearedByReading) {
  SysTick timer;
  timer.write(kReload, 9, 0);
  timer.write(kControl, 1, 0);
  EXPECT_EQ(timer.next_interrupt(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(timer.advance(10)) << "its interrupt is off";
  EXPECT_EQ(timer.read(kControl, 10), 0x10005U);
  EXPECT_EQ(timer.read(kControl, 10), 5U);
}

TEST(SysTickTest, WritingTheValueClearsIt) {
  SysTick timer;
  timer.write(kReload, 99, 0);
  timer.write(kControl, 1, 0);
  timer.write(kValue, 12345, 50);
  EXPECT_EQ(timer.read(kValue, 51), 99U);
}

TEST(SysTickTest, KeepsItsValueWhileDisabled) {
  SysTick timer;
  timer.write(kReload, 99, 0);
  timer.write(kControl, 1, 0);
  timer.write(kControl, 0, 40);
  EXPECT_EQ(timer.read(kValue, 1000), 60U);
  timer.write(kControl, 3, 2000);
  EXPECT_EQ(timer.next_interrupt(), 2060U);
}

TEST(SysTickTest, ReloadOfZeroStopsIt) {
  SysTick timer;
  timer.write(kControl, 3, 0);
  EXPECT_EQ(timer.next_interrupt(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(timer.advance(1000));
}

}  // namespace
}  // namespace systolite::cpu
