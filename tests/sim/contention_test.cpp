// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/contention.h"

#include <gtest/gtest.h>

namespace systolite {
namespace {

using isa::State;

constexpr auto kLd = static_cast<std::size_t>(isa::Engine::kLd);
constexpr auto kMm = static_cast<std::size_t>(isa::Engine::kMm);
constexpr auto kSt = static_cast<std::size_t>(isa::Engine::kSt);
constexpr auto kFe = static_cast<std::size_t>(isa::Engine::kFe);

// Every unit in one state for 20 cycles.
Trace trace_in(State state) {
  Trace trace;
  trace.cycles = 20;
  for (auto& spans : trace.states) spans = {{state, 0, 20}};
  return trace;
}

TEST(ContentionTest, ADmaShowsItOneCycleLater) {
  Trace trace = trace_in(State::kWaitMemory);
  mark_contention(trace, {.load = {{5, 8}}, .store = {{10, 11}}});
  EXPECT_EQ(trace.states[kLd],
            (std::vector<StateSpan>{
                {State::kWaitMemory, 0, 6}, {State::kWaitContention, 6, 9}, {State::kWaitMemory, 9, 20}}));
  EXPECT_EQ(trace.states[kSt],
            (std::vector<StateSpan>{
                {State::kWaitMemory, 0, 11}, {State::kWaitContention, 11, 12}, {State::kWaitMemory, 12, 20}}));
  EXPECT_EQ(trace.states[kFe], (std::vector<StateSpan>{{State::kWaitMemory, 0, 20}}));
  EXPECT_EQ(trace.states[kMm], (std::vector<StateSpan>{{State::kWaitMemory, 0, 20}}));
}

// 64-bit bus, a command is two beats. Without the CPU its beats move in 4 and 5, it is at the head in 7. The CPU holds
// the bank in 5 to 7, so the second beat moves in 8, the command is at the head in 10, and 7 to 9 are lost.
TEST(ContentionTest, TheFrontEndShowsItTwoCyclesLater) {
  Trace trace = trace_in(State::kBusy);
  trace.states[kFe] = {{State::kBusy, 0, 1}, {State::kWaitMemory, 1, 10}, {State::kQueueFull, 10, 20}};
  mark_contention(trace, {.fetch = {{5, 8}}});
  EXPECT_EQ(trace.states[kFe], (std::vector<StateSpan>{{State::kBusy, 0, 1},
                                                       {State::kWaitMemory, 1, 7},
                                                       {State::kWaitContention, 7, 10},
                                                       {State::kQueueFull, 10, 20}}));
}

TEST(ContentionTest, OnlyWaitingForMemoryIsExplained) {
  Trace trace = trace_in(State::kBusy);
  trace.states[kFe] = {{State::kQueueFull, 0, 6}, {State::kWaitMemory, 6, 8}, {State::kBusy, 8, 20}};
  const Trace before = trace;
  mark_contention(trace, {.fetch = {{0, 4}, {6, 9}}, .load = {{0, 20}}});
  EXPECT_EQ(trace.states, before.states);
}

TEST(ContentionTest, SpansAreCutAtTheEdgesOfTheWait) {
  Trace trace = trace_in(State::kBusy);
  trace.states[kLd] = {{State::kBusy, 0, 4},        {State::kWaitMemory, 4, 7}, {State::kBusy, 7, 9},
                       {State::kWaitMemory, 9, 12}, {State::kWaitLd, 12, 13},   {State::kWaitMemory, 13, 20}};
  mark_contention(trace, {.load = {{1, 4}, {5, 9}, {10, 11}, {17, 30}}});
  EXPECT_EQ(trace.states[kLd], (std::vector<StateSpan>{{State::kBusy, 0, 4},
                                                       {State::kWaitContention, 4, 5},
                                                       {State::kWaitMemory, 5, 6},
                                                       {State::kWaitContention, 6, 7},
                                                       {State::kBusy, 7, 9},
                                                       {State::kWaitContention, 9, 10},
                                                       {State::kWaitMemory, 10, 11},
                                                       {State::kWaitContention, 11, 12},
                                                       {State::kWaitLd, 12, 13},
                                                       {State::kWaitMemory, 13, 18},
                                                       {State::kWaitContention, 18, 20}}));
}

TEST(ContentionTest, SpansThatTouchBecomeOne) {
  std::vector<CycleSpan> spans;
  append(spans, {3, 5});
  append(spans, {5, 6});
  append(spans, {8, 9});
  EXPECT_EQ(spans, (std::vector<CycleSpan>{{3, 6}, {8, 9}}));
}

}  // namespace
}  // namespace systolite
