// SPDX-License-Identifier: Apache-2.0
// The timeline and the waveforms of a real run, as a user calls for them.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "mapper/program/text.h"
#include "sim/device/trace.h"
#include "tests/cli/program.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class TraceCommandTest : public ::testing::Test {
 protected:
  test::Outcome call(const std::string& arguments) { return test::systolite(folder.path(), arguments); }
  Json file(const std::string& name) const { return Json::parse(test::text_of(folder.path() / name)); }
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path())) names.insert(entry.path().filename());
    return names;
  }
  TemporaryFolder folder;
};

// "mm" of the row "mm: matrix", by group and row.
std::map<std::pair<int, int>, std::string> row_names(const Json& trace) {
  std::map<std::pair<int, int>, std::string> names;
  for (const Json& event : trace.at("traceEvents")) {
    if (event.at("ph") != "M" || event.at("name") != "thread_name") continue;
    const std::string name = event.at("args").at("name");
    names[{event.at("pid"), event.at("tid")}] = name.substr(0, name.find(':'));
  }
  return names;
}

// Cycles of every row by state, as the report counts them. The work slice of a command holds those of its stalls.
std::map<std::string, std::map<std::string, Cycles>> state_cycles(const Json& trace) {
  const auto names = row_names(trace);
  std::map<std::string, std::map<std::string, Cycles>> sums;
  std::map<std::string, Cycles> work_end;
  for (const Json& event : trace.at("traceEvents")) {
    if (event.at("ph") != "X" || event.at("pid") != 2) continue;
    const std::string& row = names.at({event.at("pid"), event.at("tid")});
    const Cycles from = event.at("args").at("cycle");
    const Cycles length = event.at("args").at("cycles");
    if (event.at("cat") == "work") {
      sums[row]["busy"] += length;
      work_end[row] = from + length;
      continue;
    }
    sums[row][event.at("name")] += length;
    if (event.at("cat") == "stall" && from < work_end[row]) sums[row]["busy"] -= length;
  }
  return sums;
}

TEST_F(TraceCommandTest, EveryEventHasWhatTheFormatAsksForInOrderOfTime) {
  const auto outcome = call("trace kws_embedded");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json trace = file("trace.json");
  EXPECT_EQ(trace.at("displayTimeUnit"), "ns");
  EXPECT_EQ(trace.at("otherData").at("model"), "kws_embedded");
  EXPECT_EQ(trace.at("otherData").at("config"), "base_16x16");
  const auto names = row_names(trace);
  double now = 0;
  std::size_t slices = 0;
  for (const Json& event : trace.at("traceEvents")) {
    ASSERT_TRUE(event.at("name").is_string() && event.at("pid").is_number_integer()) << event;
    const std::string phase = event.at("ph");
    ASSERT_TRUE(phase == "M" || phase == "X" || phase == "C" || phase == "i") << event;
    if (phase == "M") continue;
    ASSERT_TRUE(event.at("args").is_object()) << event;
    ASSERT_LE(now, event.at("ts").get<double>()) << event;
    now = event.at("ts");
    if (phase == "C") continue;
    ASSERT_TRUE(names.contains({event.at("pid"), event.at("tid")})) << event;
    if (phase != "X") continue;
    ++slices;
    EXPECT_GT(event.at("dur").get<double>(), 0) << event;
    EXPECT_NEAR(event.at("ts").get<double>() * 200, event.at("args").at("cycle").get<double>(), 1e-6) << event;
    EXPECT_NEAR(event.at("dur").get<double>() * 200, event.at("args").at("cycles").get<double>(), 1e-6) << event;
  }
  EXPECT_GT(slices, 500);
}

class TimelineOfModelTest : public TraceCommandTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TimelineOfModelTest, SlicesSumToTheBucketsOfTheReportAndShowEveryCommand) {
  const std::string what = std::string(GetParam()) + " --backend fast";
  ASSERT_EQ(call("trace " + what + " --output t.json").code, 0);
  ASSERT_EQ(call("run " + what + " --json r.json --dump-commands c.txt").code, 0);
  const Json report = file("r.json");
  const Json trace = file("t.json");
  auto sums = state_cycles(trace);
  for (const auto& [engine, buckets] : report.at("engines").items()) {
    for (const auto& [state, cycles] : buckets.items()) {
      if (state == "idle") continue;
      EXPECT_EQ(sums[engine][state], cycles) << engine << " " << state;
    }
  }
  std::map<int, Cycles> layers;
  std::set<int> commands;
  for (const Json& event : trace.at("traceEvents")) {
    if (event.value("cat", "") == "layer")
      layers[event.at("args").at("operator")] += event.at("args").at("cycles").get<Cycles>();
    if (event.at("ph") != "M" && event.at("args").contains("popped")) {
      EXPECT_TRUE(commands.insert(event.at("args").at("command").get<int>()).second) << event;
    }
  }
  for (const Json& layer : report.at("layers")) EXPECT_EQ(layers[layer.at("index")], layer.at("cycles")) << layer;
  const std::vector<JobStep> jobs = jobs_from_text(test::text_of(folder.path() / "c.txt"));
  ASSERT_EQ(jobs.size(), 1);
  EXPECT_EQ(commands.size(), jobs[0].commands.size() - 1) << "all but END";
}

INSTANTIATE_TEST_SUITE_P(Models, TimelineOfModelTest,
                         ::testing::Values("kws_embedded", "ic_embedded", "vww_embedded",
                                           "ad_embedded --config small_8x8"),
                         [](const auto& row) {
                           return std::string(row.param).substr(0, std::string(row.param).find('_'));
                         });

TEST_F(TraceCommandTest, EveryBackendGivesTheSameTimeline) {
  ASSERT_EQ(call("trace kws_embedded --output rtl.json").code, 0);
  for (const std::string backend : {"systemc", "fast"}) {
    ASSERT_EQ(call("trace kws_embedded --output other.json --backend " + backend).code, 0);
    const Json other = file("other.json");
    EXPECT_EQ(other.at("otherData").at("backend"), backend);
    EXPECT_TRUE(other.at("traceEvents") == file("rtl.json").at("traceEvents")) << backend;
  }
}

TEST_F(TraceCommandTest, ALayerIsItsWindowInTheReport) {
  ASSERT_EQ(call("trace kws_embedded --layer 4").code, 0);
  ASSERT_EQ(call("run kws_embedded --json r.json").code, 0);
  const Json other = file("trace.json").at("otherData");
  const Json report = file("r.json");
  Cycles before = 0;
  for (int i = 0; i < 4; ++i) before += report.at("layers")[i].at("cycles").get<Cycles>();
  EXPECT_EQ(other.at("from_cycle"), before);
  EXPECT_EQ(other.at("to_cycle"), before + report.at("layers")[4].at("cycles").get<Cycles>());
}

TEST_F(TraceCommandTest, ALayerWithoutCyclesOnTheAcceleratorIsRefused) {
  const auto outcome = call("trace kws_embedded --layer 12");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("--layer 12: SOFTMAX takes no cycles of its own on the accelerator"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(files(), (std::set<std::string>{"stdout.txt", "stderr.txt"}));
}

TEST_F(TraceCommandTest, AWindowBehindTheEndIsRefused) {
  const auto outcome = call("trace kws_embedded --cycles 1000000:1000001");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("--cycles 1000000:1000001: the run has "), std::string::npos) << outcome.err;
  EXPECT_EQ(files(), (std::set<std::string>{"stdout.txt", "stderr.txt"}));
}

// The header of an FST file holds its first and last time; the wrapper writes two times a cycle.
std::pair<std::uint64_t, std::uint64_t> times_of(const std::string& fst) {
  const auto big_endian = [&fst](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<std::uint8_t>(fst.at(at + i));
    return value;
  };
  return {big_endian(9), big_endian(17)};
}

TEST_F(TraceCommandTest, WaveformsHoldExactlyTheWindow) {
  const auto outcome = call("trace kws_embedded --config tiny_4x4 --cycles 1000:1100 --waves w.fst");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string says = "cycle 1000 of the run is cycle ";
  const std::size_t at = outcome.out.find(says);
  ASSERT_NE(at, std::string::npos) << outcome.out;
  const std::uint64_t first = std::stoull(outcome.out.substr(at + says.size()));
  EXPECT_GT(first, 1000) << "registers were written before the doorbell";
  const auto [from, to] = times_of(test::text_of(folder.path() / "w.fst"));
  EXPECT_EQ(from, 2 * first);
  EXPECT_EQ(to, 2 * (first + 99) + 1);
  EXPECT_EQ(files(), (std::set<std::string>{"stdout.txt", "stderr.txt", "trace.json", "w.fst"}));
}

}  // namespace
}  // namespace systolite
