// SPDX-License-Identifier: Apache-2.0
#include "sim/tuning/tune_cuts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/session/session.h"

namespace systolite {
namespace {

class TuneCutsTest : public testing::TestWithParam<const char*> {
 protected:
  HwConfig hw = load_hw_config(std::string(SYSTOLITE_SOURCE_DIR "/configs/hw/") + GetParam() + ".yaml");
  Graph graph = import_tflite(find_model("kws_embedded"));
};

TEST_P(TuneCutsTest, IsNeverSlowerThanTheEstimate) {
  const TunedCuts tuned = tune_cuts(graph, hw);
  EXPECT_EQ(tuned.before, program_cycles(map_network(graph, hw), hw));
  MapOptions options;
  options.cuts = tuned.cuts;
  EXPECT_EQ(tuned.cycles, program_cycles(map_network(graph, hw, options), hw));
  EXPECT_LE(tuned.cycles, tuned.before);
  EXPECT_GT(tuned.tried, static_cast<int>(graph.ops.size()));
}

TEST_P(TuneCutsTest, ImprovesOnBadCuts) {
  MapOptions options;
  for (int op = 0; op < static_cast<int>(graph.ops.size()); ++op) options.cuts[op] = {32, 1};
  const TunedCuts tuned = tune_cuts(graph, hw, options);
  EXPECT_EQ(tuned.before, program_cycles(map_network(graph, hw, options), hw));
  EXPECT_LT(tuned.cycles, tuned.before);
}

TEST_P(TuneCutsTest, LeavesASlowDataflow) {
  if (!hw.array.weight_stationary || !hw.array.output_stationary) GTEST_SKIP() << "there is one dataflow only";
  MapOptions options;
  for (int op = 0; op < static_cast<int>(graph.ops.size()); ++op) options.cuts[op].dataflow = Dataflow::kOutput;
  const Program slow = map_network(graph, hw, options);
  const TunedCuts tuned = tune_cuts(graph, hw, options);
  options.cuts = tuned.cuts;
  const Program quick = map_network(graph, hw, options);
  const auto count = [](const Program& program) {
    return std::ranges::count(program.layers, std::optional(Dataflow::kOutput), &LayerInfo::dataflow);
  };
  EXPECT_LT(count(quick), count(slow));
  EXPECT_LT(program_cycles(quick, hw), program_cycles(slow, hw));
}

TEST_P(TuneCutsTest, GivesTheSameCutsForTheSameNetwork) {
  const TunedCuts a = tune_cuts(graph, hw);
  const TunedCuts b = tune_cuts(graph, hw);
  EXPECT_EQ(a.cuts, b.cuts);
  EXPECT_EQ(a.cycles, b.cycles);
  EXPECT_EQ(a.tried, b.tried);
}

TEST_P(TuneCutsTest, CountsTheCyclesThatARunReports) {
  SessionOptions options;
  options.backend = Backend::kFast;
  options.search = true;
  Session session(graph, hw, options);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int tensor : graph.inputs)
    inputs.emplace_back(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(tensor)].bytes()), 3);
  const Report report = session.report(session.run(inputs), "threes");
  EXPECT_EQ(program_cycles(session.program(), hw), report.cycles);
  EXPECT_EQ(tune_cuts(graph, hw).cycles, report.cycles);
}

TEST_P(TuneCutsTest, OneMapperForManyCutsMakesTheSamePrograms) {
  MapOptions options;
  MappingSource source(graph);
  NetworkMapper mapper(source, hw, options);
  for (const int blocks : {0, 1, 3}) {
    options.cuts = {{0, {.blocks = blocks, .tiles = blocks}}, {2, {.blocks = 2, .tiles = 1, .first_rows = blocks}}};
    for (const bool prefetch : {true, false}) {
      options.prefetch = prefetch;
      const Program expected = map_network(graph, hw, options);
      const Program program = mapper.map(options.cuts, prefetch);
      EXPECT_EQ(program.flash, expected.flash);
      EXPECT_EQ(program_cycles(program, hw), program_cycles(expected, hw));
    }
  }
}

TEST_P(TuneCutsTest, PrefetchingSavesCycles) {
  MapOptions options;
  const Cycles with = program_cycles(map_network(graph, hw, options), hw);
  options.prefetch = false;
  EXPECT_GT(program_cycles(map_network(graph, hw, options), hw), with + with / 20);
}

INSTANTIATE_TEST_SUITE_P(Configurations, TuneCutsTest,
                         testing::Values("base_16x16", "wide_8x8", "slow_flash_16x16", "contended_16x16", "both_16x16"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace systolite
