// SPDX-License-Identifier: Apache-2.0
#include "sim/device/trace_recorder.h"

#include <gtest/gtest.h>

namespace systolite {
namespace {

isa::Probe probe(isa::State mm, std::uint32_t pop = 0, std::uint32_t done = 0) {
  isa::Probe result;
  result.state[2] = mm;
  result.pop = pop;
  result.done = done;
  return result;
}

TEST(TraceRecorderTest, SpansCoverTheJobWithoutGaps) {
  TraceRecorder recorder;
  recorder.start();
  recorder.record(probe(isa::State::kIdle));
  recorder.record(probe(isa::State::kBusy, 0b00100));
  recorder.record(probe(isa::State::kBusy, 0, 0b00100));
  recorder.stop();
  const Trace trace = recorder.take();
  EXPECT_EQ(trace.cycles, 3);
  EXPECT_EQ(trace.states[2], (std::vector<StateSpan>{{isa::State::kIdle, 0, 1}, {isa::State::kBusy, 1, 3}}));
  EXPECT_EQ(trace.states[5], (std::vector<StateSpan>{{isa::State::kIdle, 0, 3}}));
  EXPECT_EQ(trace.pop_cycles[2], (std::vector<Cycles>{1}));
  EXPECT_EQ(trace.done_cycles[2], (std::vector<Cycles>{2}));
}

TEST(TraceRecorderTest, NothingIsRecordedBeforeTheStartAndAfterTheStop) {
  TraceRecorder recorder;
  recorder.record(probe(isa::State::kBusy));
  recorder.start();
  recorder.record(probe(isa::State::kBusy));
  recorder.stop();
  recorder.record(probe(isa::State::kBusy));
  recorder.count_write_beat();
  EXPECT_EQ(recorder.take().cycles, 1);
}

TEST(TraceRecorderTest, ReadBeatsAreAllOfThemAndFetchBeatsThoseOfTheStream) {
  TraceRecorder recorder;
  recorder.start();
  for (const unsigned id : {1U, 0U, 0U, 1U}) {
    recorder.record(probe(isa::State::kBusy));
    recorder.count_read_beat(id);
  }
  const Trace trace = recorder.take();
  EXPECT_EQ(trace.read_beats, (std::vector<BeatSpan>{{0, 4}}));
  EXPECT_EQ(trace.fetch_beats, (std::vector<BeatSpan>{{1, 3}}));
}

TEST(TraceRecorderTest, TakingForgets) {
  TraceRecorder recorder;
  recorder.start();
  recorder.record(probe(isa::State::kBusy));
  recorder.count_read_beat(0);
  recorder.count_read_beat(1);
  EXPECT_EQ(recorder.take().traffic, (BusTraffic{.fetch_beats = 1, .load_beats = 1}));
  EXPECT_EQ(recorder.take().cycles, 0);
}

}  // namespace
}  // namespace systolite
