// SPDX-License-Identifier: Apache-2.0
// Differences planted in a trace written by hand.
#include "sim/device/trace_diff.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace systolite {
namespace {

using isa::State;

// Stream: 0 ld, 1 mm_cfg_in, 2 ld, 3 mm, 4 requant, 5 st, 6 end, and after END a command that never runs.
std::vector<isa::Command> stream() {
  return {isa::encode(isa::Ld{}),
          isa::encode(isa::MmCfgIn{}),
          isa::encode(isa::Ld{}),
          isa::encode(isa::Mm{.len = 8, .wait = isa::mask(isa::Engine::kLd)}),
          isa::encode(isa::Requant{.wait = isa::mask(isa::Engine::kMm)}),
          isa::encode(isa::St{.wait = isa::mask(isa::Engine::kVec)}),
          isa::encode(isa::End{}),
          isa::encode(isa::Mm{})};
}

Trace trace() {
  Trace t;
  t.cycles = 100;
  t.states = {{{{State::kIdle, 0, 10}, {State::kWaitMemory, 10, 20}, {State::kBusy, 20, 30}, {State::kIdle, 30, 100}},
               {{State::kIdle, 0, 100}},
               {{State::kIdle, 0, 12},
                {State::kBusy, 12, 13},
                {State::kWaitLd, 13, 30},
                {State::kBusy, 30, 60},
                {State::kIdle, 60, 100}},
               {{State::kIdle, 0, 14}, {State::kWaitMm, 14, 70}, {State::kBusy, 70, 80}, {State::kIdle, 80, 100}},
               {{State::kIdle, 0, 15}, {State::kWaitVec, 15, 85}, {State::kBusy, 85, 90}, {State::kIdle, 90, 100}},
               {{State::kWaitMemory, 0, 5}, {State::kBusy, 5, 16}, {State::kWaitEngines, 16, 100}}}};
  t.pop_cycles = {{{10, 18}, {}, {12, 30}, {70}, {85}}};
  t.done_cycles = {{{25, 29}, {}, {12, 69}, {82}, {97}}};
  t.read_beats = {{4, 9}, {19, 29}};
  t.fetch_beats = {{4, 9}};
  t.write_beats = {{86, 90}};
  t.traffic = {.fetch_beats = 5, .load_beats = 10, .write_beats = 4};
  return t;
}

struct Planted {
  const char* name;
  std::function<void(Trace&)> plant;  // in the second trace
  TraceEvent event;
  Cycles cycle;
  int unit;
  std::optional<std::uint32_t> command;
  const char* says;
};

void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.name; }

const Planted kTable[] = {
    {"later_pop", [](Trace& t) { t.pop_cycles[2][1] = 32; }, TraceEvent::kPop, 30, 2, 3,
     "cycle 30, command 3 (mm wait=ld oy0=0"},
    {"earlier_pop", [](Trace& t) { t.pop_cycles[0][1] = 17; }, TraceEvent::kPop, 17, 0, 2,
     "engine ld: started: rtl in cycle 18, fast in cycle 17"},
    {"missing_pop", [](Trace& t) { t.pop_cycles[3].clear(); }, TraceEvent::kPop, 70, 3, 4,
     "engine vec: started: rtl in cycle 70, fast never"},
    {"pop_of_no_command", [](Trace& t) { t.pop_cycles[1] = {40}; }, TraceEvent::kPop, 40, 1, std::nullopt,
     "first difference: cycle 40, engine wl: started: rtl never, fast in cycle 40"},
    {"later_done", [](Trace& t) { t.done_cycles[4][0] = 98; }, TraceEvent::kDone, 97, 4, 5,
     "engine st: completed: rtl in cycle 97, fast in cycle 98"},
    {"missing_done", [](Trace& t) { t.done_cycles[2].pop_back(); }, TraceEvent::kDone, 69, 2, 3,
     "command 3: rtl started in cycle 30, completed in cycle 69; fast started in cycle 30, completed never"},
    {"longer_work",
     [](Trace& t) {
       t.states[2][3].to = 61;
       t.states[2][4].from = 61;
     },
     TraceEvent::kState, 60, 2, 3, "engine mm: rtl idle, fast busy"},
    {"other_stall", [](Trace& t) { t.states[3][1].state = State::kWaitLd; }, TraceEvent::kState, 14, 3, 4,
     "engine vec: rtl wait_mm, fast wait_ld"},
    {"front_end_state", [](Trace& t) { t.states[5][1].state = State::kQueueFull; }, TraceEvent::kState, 5, 5,
     std::nullopt, "first difference: cycle 5, front end: rtl busy, fast queue_full"},
    {"gap",
     [](Trace& t) {
       t.states[1] = {{State::kIdle, 0, 50}, {State::kIdle, 51, 100}};
     },
     TraceEvent::kState, 50, 1, std::nullopt, "engine wl: rtl idle, fast nothing"},
    {"later_load_beat",
     [](Trace& t) {
       t.read_beats = {{4, 9}, {20, 30}};
     },
     TraceEvent::kLoadBeat, 19, 0, 0, "engine ld: rtl moves a load beat, fast does not"},
    {"load_for_fetch",
     [](Trace& t) {
       t.fetch_beats = {{4, 8}};
     },
     TraceEvent::kFetchBeat, 8, 5, std::nullopt, "front end: rtl moves a fetch beat, fast does not"},
    {"more_write_beats",
     [](Trace& t) {
       t.write_beats = {{86, 91}};
     },
     TraceEvent::kWriteBeat, 90, 4, 5, "engine st: fast moves a write beat, rtl does not"},
    {"longer_job",
     [](Trace& t) {
       t.cycles = 101;
       for (auto& spans : t.states) spans.back().to = 101;
     },
     TraceEvent::kEnd, 100, 5, std::nullopt, "job ended: rtl after 100 cycles, fast after 101 cycles"},
    {"totals_only", [](Trace& t) { t.traffic.write_beats = 5; }, TraceEvent::kTraffic, 100, 5, std::nullopt,
     "beats in total: rtl 5 fetch, 10 load, 4 write, fast 5 fetch, 10 load, 5 write"},
    {"first_in_time_not_in_order",
     [](Trace& t) {
       t.pop_cycles[0][1] = 19;   // cycle 18
       t.done_cycles[2][0] = 13;  // cycle 12
       t.states[5][0].state = State::kBusy;
       t.states[5][0].from = 3;  // cycle 0
     },
     TraceEvent::kState, 0, 5, std::nullopt, "cycle 0, front end: rtl wait_memory, fast nothing"},
    {"a_pop_before_its_state",
     [](Trace& t) {
       t.pop_cycles[2][1] = 31;
       t.states[2][2].to = 31;
       t.states[2][3].from = 31;
     },
     TraceEvent::kPop, 30, 2, 3, "\n  rtl          idle          idle          busy "},
};

class TraceDiffTest : public ::testing::TestWithParam<Planted> {};

TEST_P(TraceDiffTest, FindsThePlantedDifferenceWhicheverTraceComesFirst) {
  const Planted& planted = GetParam();
  const Trace a = trace();
  Trace b = trace();
  planted.plant(b);
  const auto found = first_difference(a, b, stream());
  ASSERT_TRUE(found);
  EXPECT_EQ(name(found->event), name(planted.event));
  EXPECT_EQ(found->cycle, planted.cycle);
  EXPECT_EQ(found->unit, planted.unit);
  EXPECT_EQ(found->command, planted.command);
  const std::string text = describe(*found, a, b, stream(), "rtl", "fast");
  EXPECT_EQ(text.rfind("first difference: cycle ", 0), 0);
  EXPECT_NE(text.find(planted.says), std::string::npos) << text;

  const auto mirrored = first_difference(b, a, stream());
  ASSERT_TRUE(mirrored);
  EXPECT_EQ(mirrored->cycle, found->cycle);
  EXPECT_EQ(mirrored->command, found->command);
  EXPECT_EQ(mirrored->a.state, found->b.state);
  EXPECT_EQ(mirrored->b.pop, found->a.pop);
  EXPECT_EQ(mirrored->b.done, found->a.done);
}

INSTANTIATE_TEST_SUITE_P(Table, TraceDiffTest, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(TraceDiffTest, EqualTracesHaveNoDifference) { EXPECT_FALSE(first_difference(trace(), trace(), stream())); }

TEST(TraceDiffTest, HowTimeIsCutIntoSpansIsNoDifference) {
  Trace cut = trace();
  cut.states[1] = {{State::kIdle, 0, 50}, {State::kIdle, 50, 50}, {State::kIdle, 50, 100}};
  cut.read_beats = {{4, 6}, {6, 9}, {19, 29}};
  EXPECT_FALSE(first_difference(trace(), cut, stream()));
}

TEST(TraceDiffTest, ShowsBothStatesOfEveryUnitInTheCycle) {
  Trace b = trace();
  b.states[2][3].state = State::kWaitWeights;
  const auto found = first_difference(trace(), b, stream());
  ASSERT_TRUE(found);
  EXPECT_EQ(describe(*found, trace(), b, stream(), "rtl", "fast"),
            "first difference: cycle 30, command 3 (" + isa::to_text(stream()[3]) +
                "), engine mm: rtl busy, fast wait_weights\n"
                "  command 3: rtl started in cycle 30, completed in cycle 69; fast started in cycle 30, completed in "
                "cycle 69\n"
                "  cycle 30     ld            wl            mm            vec           st            fe\n"
                "  rtl          idle          idle          busy          wait_mm       wait_vec      wait_engines\n"
                "  fast         idle          idle          wait_weights  wait_mm       wait_vec      wait_engines\n"
                "  job: rtl 100 cycles, fast 100 cycles");
}

}  // namespace
}  // namespace systolite
