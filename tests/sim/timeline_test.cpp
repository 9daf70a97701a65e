// SPDX-License-Identifier: Apache-2.0
// Timelines of traces written by hand.
#include "sim/report/timeline.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/report/command_work.h"
#include "tests/sim/hand_run.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

using Json = nlohmann::json;

std::vector<Json> events(Cycles from = 0, Cycles to = 200, double clock_mhz = 100) {
  HwConfig hw = small_config();
  hw.clock_mhz = clock_mhz;
  const std::string text = timeline_json(hand_graph(), hand_program(), hw, {hand_trace(), hand_trace()},
                                         {.backend = "rtl", .input = "zeros", .has_timing = true}, from, to);
  return Json::parse(text).at("traceEvents");
}

// Of the accelerator's row: 1 fe, 2 ld, 3 wl, 4 mm, 5 vec, 6 st.
std::vector<Json> on_row(const std::vector<Json>& all, int group, int row, const std::string& phase = "X") {
  std::vector<Json> result;
  for (const Json& event : all) {
    if (event.at("ph") == phase && event.at("pid") == group && event.value("tid", 0) == row) result.push_back(event);
  }
  return result;
}

std::string brief(const std::vector<Json>& slices) {
  std::string text;
  for (const Json& s : slices) {
    const Cycles from = s.at("args").at("cycle");
    const Cycles length = s.at("args").at("cycles");
    text += s.at("name").get<std::string>() + " " + std::to_string(from) + "-" + std::to_string(from + length) + "; ";
  }
  return text;
}

TEST(CommandWorkTest, AMatrixCommandWorksFromTheEndOfTheOneBeforeToItsLastPosition) {
  const auto work = command_work(hand_job(), hand_trace(), small_config());
  ASSERT_EQ(work[2].size(), 3);
  EXPECT_EQ(work[2][1].command, 2);
  EXPECT_EQ(work[2][1].from, 30);
  EXPECT_EQ(work[2][1].to, 50);
  EXPECT_EQ(work[2][2].from, 50);
  EXPECT_EQ(work[2][2].to, 60);
}

TEST(CommandWorkTest, AMissingPopIsAnError) {
  Trace t = hand_trace();
  t.pop_cycles[4].clear();
  EXPECT_THROW(static_cast<void>(command_work(hand_job(), t, small_config())), Error);
}

TEST(TimelineTest, WorkOfEachCommandHoldsItsStalls) {
  const std::string mm = brief(on_row(events(0, 100), 2, 4));
  EXPECT_EQ(mm,
            "mm_cfg_in 0 FULLY_CONNECTED 11-12; wait_ld 12-30; mm 0 FULLY_CONNECTED 30-50; wait_weights 40-44; "
            "mm 0 FULLY_CONNECTED 50-60; ");
  EXPECT_EQ(brief(on_row(events(0, 100), 2, 6)), "st 0 FULLY_CONNECTED 80-90; wait_memory 80-83; wait_memory 84-90; ");
}

TEST(TimelineTest, ACommandCarriedOutBesideTheOneBeforeIsAMark) {
  Trace busy = hand_trace();  // the configuration command is popped while an mm works
  JobStep step = hand_job();
  std::swap(step.commands[1], step.commands[2]);
  busy.pop_cycles[2] = {12, 20, 33};
  busy.done_cycles[2] = {49 + kMatrixDoneDelay, 50 + kMatrixDoneDelay, 59 + kMatrixDoneDelay};
  Program program = hand_program();
  program.steps = {step};
  const std::string text = timeline_json(hand_graph(), program, small_config(), {busy},
                                         {.backend = "rtl", .input = "zeros", .has_timing = true}, 0, 100);
  const std::vector<Json> marks = on_row(Json::parse(text).at("traceEvents"), 2, 4, "i");
  ASSERT_EQ(marks.size(), 1);
  EXPECT_EQ(marks[0].at("args").at("command"), 2);
  EXPECT_EQ(marks[0].at("args").at("cycle"), 20);
}

TEST(TimelineTest, PortsShowTheirBeats) {
  EXPECT_EQ(brief(on_row(events(0, 100), 3, 1)), "fetch 4-10; ");
  EXPECT_EQ(brief(on_row(events(0, 100), 3, 2)), "load 19-27; ");
  EXPECT_EQ(brief(on_row(events(0, 100), 3, 3)), "write 82-83; ");
  EXPECT_EQ(on_row(events(0, 100), 3, 2)[0].at("args").at("bytes"), 8 * small_config().dma.bus_bytes());
}

TEST(TimelineTest, JobsFollowEachOtherAndCpuStepsStandBetweenThem) {
  const std::vector<Json> all = events();
  EXPECT_EQ(brief(on_row(all, 1, 2)), "job 0 0-100; job 1 100-200; ");
  EXPECT_EQ(brief(on_row(all, 1, 1)), "0 FULLY_CONNECTED 0-100; 0 FULLY_CONNECTED 100-200; ");
  const std::vector<Json> cpu = on_row(all, 1, 3, "i");
  ASSERT_EQ(cpu.size(), 1);
  EXPECT_EQ(cpu[0].at("name"), "1 SOFTMAX");
  EXPECT_EQ(cpu[0].at("args").at("cycle"), 100);
  EXPECT_EQ(cpu[0].at("args").at("reason"), "no softmax unit");
  EXPECT_EQ(run_windows(hand_program(), {hand_trace(), hand_trace()}, small_config()),
            (std::vector<LayerWindow>{{0, 0, 100}, {0, 100, 200}}));
}

TEST(TimelineTest, AWindowCutsWhatReachesBeyondIt) {
  EXPECT_EQ(brief(on_row(events(42, 55), 2, 4)),
            "mm 0 FULLY_CONNECTED 42-50; wait_weights 42-44; mm 0 FULLY_CONNECTED 50-55; ");
  EXPECT_EQ(brief(on_row(events(42, 55), 3, 2)), "");
  EXPECT_EQ(brief(on_row(events(85, 112), 2, 6)), "st 0 FULLY_CONNECTED 85-90; wait_memory 85-90; ");
  EXPECT_EQ(brief(on_row(events(85, 112), 2, 4)), "mm_cfg_in 0 FULLY_CONNECTED 111-112; ");
}

TEST(TimelineTest, EventsAreSortedAndSlicesOfATrackTouchOrNestWhateverTheClock) {
  for (const double clock_mhz : {1.0, 3.0, 150.0, 333.0, 700.0, 1999.0}) {
    double now = 0;
    std::map<std::pair<int, int>, std::vector<double>> open;  // ends of the slices around the current one
    for (const Json& event : events(0, 200, clock_mhz)) {
      if (event.at("ph") == "M") continue;
      const double at = event.at("ts");
      EXPECT_LE(now, at);
      now = at;
      if (event.at("ph") != "X") continue;
      constexpr double kTolerance = 1e-6;  // microseconds; far below the nanosecond of the viewer
      const double end = at + event.at("dur").get<double>();
      std::vector<double>& around = open[{event.at("pid"), event.at("tid")}];
      while (!around.empty() && around.back() <= at + kTolerance) around.pop_back();
      if (!around.empty()) {
        EXPECT_LE(end, around.back() + kTolerance) << clock_mhz << " MHz: " << event;
      }
      around.push_back(end);
      EXPECT_NEAR(at * 1000, std::round(at * 1000), 1e-3) << "not whole nanoseconds";
    }
  }
}

TEST(TimelineTest, CountersTellBeatsPerCycle) {
  std::vector<Json> counters;
  for (const Json& event : events(70, 100)) {
    if (event.at("ph") == "C") counters.push_back(event);
  }
  ASSERT_EQ(counters.size(), 3);  // cycles 64 to 100 from 70 on, the end of the job, the first of the next job
  EXPECT_EQ(counters[0].at("ts"), 0.7);
  EXPECT_DOUBLE_EQ(counters[0].at("args").at("write").get<double>(), 1.0 / 36);
  EXPECT_EQ(counters[1].at("args").at("write"), 0.0);
}

}  // namespace
}  // namespace systolite
