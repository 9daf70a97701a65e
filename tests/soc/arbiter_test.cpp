// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/arbiter.h"

#include <gtest/gtest.h>

namespace systolite {
namespace {

sc_core::sc_time ns(int value) { return {static_cast<double>(value), sc_core::SC_NS}; }

TEST(ArbiterTest, ServesInTheOrderOfTheCalls) {
  Arbiter arbiter;
  EXPECT_EQ(arbiter.book(ns(10), ns(5)), ns(10));
  EXPECT_EQ(arbiter.book(ns(10), ns(5)), ns(15));
  EXPECT_EQ(arbiter.book(ns(12), ns(5)), ns(20));
}

TEST(ArbiterTest, AnIntervalThatFitsExactlyIsUsed) {
  Arbiter arbiter;
  arbiter.book(ns(0), ns(10));
  arbiter.book(ns(15), ns(10));
  EXPECT_EQ(arbiter.book(ns(3), ns(5)), ns(10));
  EXPECT_EQ(arbiter.free_from(ns(3)), ns(25));
}

TEST(ArbiterTest, AnIntervalThatIsTooShortIsPassedOver) {
  Arbiter arbiter;
  arbiter.book(ns(0), ns(10));
  arbiter.book(ns(15), ns(10));
  EXPECT_EQ(arbiter.free_from(ns(3)), ns(10));
  EXPECT_EQ(arbiter.book(ns(3), ns(6)), ns(25));
}

TEST(ArbiterTest, WhatTakesNoTimeBooksNothing) {
  Arbiter arbiter;
  arbiter.book(ns(5), ns(0));
  EXPECT_EQ(arbiter.book(ns(0), ns(10)), ns(0));
}

TEST(ArbiterTest, ThePastIsForgottenAndTheRunningTransactionIsNot) {
  Arbiter arbiter;
  arbiter.book(ns(0), ns(10));
  arbiter.book(ns(10), ns(10));
  arbiter.forget_before(ns(12));
  EXPECT_EQ(arbiter.free_from(ns(0)), ns(0));
  EXPECT_EQ(arbiter.free_from(ns(12)), ns(20));
}

}  // namespace
}  // namespace systolite
