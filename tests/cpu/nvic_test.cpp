// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/nvic.h"

#include <gtest/gtest.h>

namespace systolite::cpu {
namespace {

TEST(NvicTest, LowestPriorityNumberComesFirstThenLowestException) {
  Nvic nvic(4, 32);
  for (const int irq : {3, 5, 7}) {
    nvic.enable(kFirstIrq + irq, true);
    nvic.pend(kFirstIrq + irq);
  }
  nvic.set_priority(kFirstIrq + 3, 0x80);
  nvic.set_priority(kFirstIrq + 5, 0x40);
  nvic.set_priority(kFirstIrq + 7, 0x40);
  EXPECT_EQ(nvic.first_pending(), kFirstIrq + 5);
  nvic.activate(kFirstIrq + 5);
  EXPECT_EQ(nvic.first_pending(), kFirstIrq + 7);
}

TEST(NvicTest, WhatIsDisabledStaysPending) {
  Nvic nvic(4, 32);
  nvic.pend(kFirstIrq);
  EXPECT_EQ(nvic.first_pending(), 0);
  nvic.enable(kFirstIrq, true);
  EXPECT_EQ(nvic.first_pending(), kFirstIrq);
}

TEST(NvicTest, OnlyTheUpperBitsOfAPriorityAreThere) {
  Nvic nvic(3, 32);
  nvic.set_priority(kFirstIrq, 0xFF);
  EXPECT_EQ(nvic.priority(kFirstIrq), 0xE0);
}

TEST(NvicTest, SubpriorityOrdersButDoesNotPreempt) {
  Nvic nvic(4, 32);
  nvic.set_priority_group(5);  // two bits of group, two of subpriority
  nvic.set_priority(kFirstIrq, 0x50);
  nvic.set_priority(kFirstIrq + 1, 0x40);
  EXPECT_EQ(nvic.group_priority(kFirstIrq), nvic.group_priority(kFirstIrq + 1));
  for (const int irq : {0, 1}) {
    nvic.enable(kFirstIrq + irq, true);
    nvic.pend(kFirstIrq + irq);
  }
  EXPECT_EQ(nvic.first_pending(), kFirstIrq + 1);
}

TEST(NvicTest, LineThatIsStillHighPendsAgainAfterItsHandler) {
  Nvic nvic(4, 32);
  nvic.enable(kFirstIrq, true);
  nvic.set_line(0, true);
  nvic.activate(kFirstIrq);
  EXPECT_FALSE(nvic.pending(kFirstIrq));
  nvic.deactivate(kFirstIrq);
  EXPECT_TRUE(nvic.pending(kFirstIrq));
  nvic.activate(kFirstIrq);
  nvic.set_line(0, false);
  nvic.deactivate(kFirstIrq);
  EXPECT_FALSE(nvic.pending(kFirstIrq));
}

TEST(NvicTest, ActivePriorityIsThatOfTheMostUrgent) {
  Nvic nvic(4, 32);
  EXPECT_EQ(nvic.active_priority(), kIdlePriority);
  nvic.set_priority(kFirstIrq, 0x80);
  nvic.activate(kFirstIrq);
  EXPECT_EQ(nvic.active_priority(), 0x80);
  nvic.activate(kHardFault);
  EXPECT_EQ(nvic.active_priority(), -1);
}

}  // namespace
}  // namespace systolite::cpu
