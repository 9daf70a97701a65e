// SPDX-License-Identifier: Apache-2.0
// Where cycles above the bound come from, on traces written by hand.
#include "sim/report/gap.h"

#include <gtest/gtest.h>

#include "tests/sim/hand_run.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

using isa::State;

// The matrix engine of hand_trace(): waits for its first input to cycle 30, works to 40, waits for weights to 44, works
// to 60; the job ends in 100.
TEST(GapTest, TheArrayWorksFromTheFirstToTheLastKStep) {
  const ArrayWork work = array_work(hand_job(), hand_trace(), small_config());
  EXPECT_EQ(work.from, 30);
  EXPECT_EQ(work.to, 60);
}

TEST(GapTest, WaitingForTheFirstWeightsIsPartOfTheStart) {
  Trace trace = hand_trace();
  trace.states[2] = {
      {State::kWaitLd, 0, 30}, {State::kWaitWeights, 30, 37}, {State::kBusy, 37, 60}, {State::kIdle, 60, 100}};
  EXPECT_EQ(array_work(hand_job(), trace, small_config()).from, 37);
}

TEST(GapTest, AJobWithoutMatrixWorkHasNoStart) {
  JobStep job = hand_job();
  Trace trace = hand_trace();
  job.commands = {job.commands[0], job.commands[4], job.commands[5]};
  job.op_of_command = {0, 0, -1};
  trace.pop_cycles[2].clear();
  trace.done_cycles[2].clear();
  const ArrayWork work = array_work(job, trace, small_config());
  EXPECT_EQ(work.to, 0);
  EXPECT_EQ(waits(isa::Engine::kVec, {0, 0, 100}, trace, work)[GapCause::kStart], 0);
}

TEST(GapTest, StallsOfTheMatrixEngineGoToTheirCause) {
  const Gap gap = waits(isa::Engine::kMm, {0, 0, 100}, hand_trace(), {30, 60});
  EXPECT_EQ(gap[GapCause::kStart], 29);  // one cycle of the 30 is a configuration command
  EXPECT_EQ(gap[GapCause::kWeights], 4);
  EXPECT_EQ(gap[GapCause::kFinish], 40);
  EXPECT_EQ(gap.total(), 73);
  // A window that begins later has a part of it.
  EXPECT_EQ(waits(isa::Engine::kMm, {0, 42, 70}, hand_trace(), {30, 60})[GapCause::kWeights], 2);
  EXPECT_EQ(waits(isa::Engine::kMm, {0, 42, 70}, hand_trace(), {30, 60})[GapCause::kFinish], 10);
}

TEST(GapTest, EveryStateHasItsCause) {
  struct Case {
    isa::Engine engine;
    State state;
    GapCause cause;
  };
  for (const auto& [engine, state, cause] : {Case{isa::Engine::kMm, State::kWaitWeights, GapCause::kWeights},
                                             Case{isa::Engine::kMm, State::kWaitWl, GapCause::kWeights},
                                             Case{isa::Engine::kMm, State::kWaitLd, GapCause::kActivations},
                                             Case{isa::Engine::kMm, State::kWaitSt, GapCause::kActivations},
                                             Case{isa::Engine::kMm, State::kWaitVec, GapCause::kVector},
                                             Case{isa::Engine::kMm, State::kDrain, GapCause::kDrain},
                                             Case{isa::Engine::kMm, State::kIdle, GapCause::kControl},
                                             Case{isa::Engine::kVec, State::kBusy, GapCause::kVector},
                                             Case{isa::Engine::kVec, State::kWaitMm, GapCause::kDrain},
                                             Case{isa::Engine::kVec, State::kIdle, GapCause::kControl}}) {
    Trace trace;
    trace.states[static_cast<std::size_t>(engine)] = {{state, 0, 50}};
    Gap expected;
    expected[cause] = 20;
    EXPECT_EQ(waits(engine, {0, 10, 30}, trace, {5, 40}), expected) << isa::name(engine) << " " << isa::name(state);
  }
}

StateCycles busy(Cycles cycles) {
  StateCycles states;
  states[State::kBusy] = cycles;
  return states;
}

LowerBound bound(std::int64_t array, std::int64_t transfer) {
  return {.array_cycles = array, .read_bytes = 0, .written_bytes = 0, .transfer_cycles = transfer};
}

TEST(GapTest, WorkAboveTheArrayBoundDependsOnTheMode) {
  EXPECT_EQ(gap_of({}, busy(120), bound(100, 10), false)[GapCause::kShortSteps], 20);
  EXPECT_EQ(gap_of({}, busy(120), bound(100, 10), true)[GapCause::kDepthwisePositions], 20);
}

TEST(GapTest, WaitingThatTheTransferBoundContainsIsNotAGap) {
  Gap waits;
  waits[GapCause::kWeights] = 70;
  waits[GapCause::kVector] = 8;
  const Gap gap = gap_of(waits, busy(100), bound(100, 150), false);  // 178 cycles
  EXPECT_EQ(gap[GapCause::kWeights], 20);
  EXPECT_EQ(gap[GapCause::kVector], 8);
  EXPECT_EQ(gap.total(), 28);
}

TEST(GapTest, WhatMovedEarlierCountsAsPrefetched) {
  Gap waits;
  waits[GapCause::kWeights] = 20;
  waits[GapCause::kDrain] = 5;
  const Gap gap = gap_of(waits, busy(100), bound(100, 150), false);  // 125 cycles
  EXPECT_EQ(gap[GapCause::kWeights], 0);
  EXPECT_EQ(gap[GapCause::kDrain], 5);
  EXPECT_EQ(gap[GapCause::kPrefetched], -30);
  EXPECT_EQ(gap.total(), -25);
}

}  // namespace
}  // namespace systolite
