// SPDX-License-Identifier: Apache-2.0
// Differences planted in one of two equal runs.
#include "sim/session/run_diff.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

#include "tests/sim/hand_run.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

RunResult run() {
  RunResult result;
  result.tensors = {{0, {1, 2, 3, 4}}, {1, {5, 6, 7, 8}}, {2, {9, 10, 11, 12}}};
  result.traces = {hand_trace(), hand_trace()};
  // The hand-written beats are those that the commands ask for.
  for (Trace& trace : result.traces) {
    const auto words = static_cast<std::uint64_t>(64 / small_config().dma.bus_bytes());
    trace.read_beats = {{4, 10}, {19, 19 + words}};
    trace.traffic.load_beats = words;
    trace.write_beats = {{82, 82 + 8 / static_cast<std::uint64_t>(small_config().dma.bus_bytes())}};
    trace.traffic.write_beats = trace.write_beats[0].to - 82;
  }
  return result;
}

std::optional<std::string> difference(const RunResult& a, const RunResult& b) {
  return run_difference(hand_graph(), hand_program(), small_config(), {"rtl", a}, {"fast", b});
}

struct Planted {
  const char* name;
  std::function<void(RunResult&)> plant;  // in the second run
  std::vector<const char*> says;
};

void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.name; }

const Planted kTable[] = {
    {"first_tensor_of_the_network",
     [](RunResult& r) {
       r.tensors[2][0] = 0;
       r.tensors[1][2] = 0;
       r.tensors[1][3] = 0;
     },
     {"tensor 1 of operator 0 FULLY_CONNECTED (dense): 2 of 4 values differ, the first at index 2: rtl 7, fast 0"}},
    {"missing_tensor",
     [](RunResult& r) { r.tensors.erase(2); },
     {"tensor 2 of operator 1 SOFTMAX (soft) is in memory after the run on rtl only"}},
    {"second_job",
     [](RunResult& r) {
       r.traces[1].pop_cycles[2][1] = 31;
       r.traces[1].states[2][2].to = 31;
       r.traces[1].states[2][3].from = 31;
     },
     {"job 1, operator 0 FULLY_CONNECTED (dense), first difference: cycle 30, command 2 (mm",
      "engine mm: started: rtl in cycle 30, fast in cycle 31",
      "what differs, rtl / fast: total 200 / 200 cycles\n"
      "  operator 0 FULLY_CONNECTED: 200 / 200 cycles, busy 54 / 53, wait_ld 36 / 37",
      "\n  mm busy 54 / 53, wait_ld 36 / 37",
      "activity of operator 0 FULLY_CONNECTED (dense), rtl / fast: pe_cycles_busy "}},
    {"longer_job",
     [](RunResult& r) {
       r.traces[0].cycles = 105;
       for (auto& spans : r.traces[0].states) spans.back().to = 105;
     },
     {"job 0, first difference: cycle 100, front end: job ended: rtl after 100 cycles, fast after 105 cycles",
      "total 200 / 205 cycles"}},
    {"lost_completion",
     [](RunResult& r) { r.traces[0].done_cycles[2].pop_back(); },
     {"job 0, operator 0 FULLY_CONNECTED (dense), first difference: cycle ", "fast never",
      "The trace shows 2 commands of engine mm, the stream has 3."}},
    {"tensor_and_time",
     [](RunResult& r) {
       r.tensors[1][0] = 0;
       r.traces[0].done_cycles[4][0] = 91;
     },
     {"tensor 1 of ", "job 0, operator 0 FULLY_CONNECTED (dense), first difference: cycle 89, command 4 (st"}},
};

class RunDiffTest : public ::testing::TestWithParam<Planted> {};

TEST_P(RunDiffTest, TellsWhatWasPlanted) {
  RunResult b = run();
  GetParam().plant(b);
  const auto text = difference(run(), b);
  ASSERT_TRUE(text);
  for (const char* part : GetParam().says)
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n-- in --\n" << *text;
}

INSTANTIATE_TEST_SUITE_P(Table, RunDiffTest, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(RunDiffTest, EqualRunsDoNotDiffer) { EXPECT_EQ(difference(run(), run()), std::nullopt); }

TEST(RunDiffTest, ARunWithoutTracesIsComparedByItsTensors) {
  RunResult b = run();
  b.traces.clear();
  EXPECT_EQ(difference(run(), b), std::nullopt);
  b.tensors[0][0] = 0;
  EXPECT_NE(difference(run(), b).value().find("tensor 0 of the network's input: 1 of 4 values"), std::string::npos);
}

}  // namespace
}  // namespace systolite
