// SPDX-License-Identifier: Apache-2.0
// Energy of whole networks: what layers add up to, and what different ways to it agree on.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/energy/energy.h"
#include "sim/session/session.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;
using energy::Activity;
using energy::Component;
using energy::Event;

const fs::path kConfigs = fs::path(SYSTOLITE_SOURCE_DIR) / "configs";

struct Case {
  const char* model;
  const char* config;
};

class NetworkEnergyTest : public testing::TestWithParam<Case> {
 protected:
  NetworkEnergyTest() { options.backend = Backend::kFast; }
  std::vector<std::vector<std::int8_t>> inputs() const {
    std::mt19937 random(5);
    std::vector<std::vector<std::int8_t>> inputs;
    for (const int tensor : graph.inputs) {
      std::int64_t size = 1;
      for (const int d : graph.tensors[static_cast<std::size_t>(tensor)].shape) size *= d;
      std::vector<std::int8_t>& values = inputs.emplace_back(static_cast<std::size_t>(size));
      for (std::int8_t& value : values) value = static_cast<std::int8_t>(random());
    }
    return inputs;
  }
  Graph graph = import_tflite(find_model(GetParam().model));
  HwConfig hw = load_hw_config(kConfigs / "hw" / (std::string(GetParam().config) + ".yaml"));
  EnergyCosts costs{.table = energy::load_energy_table(kConfigs / "energy" / "45nm.yaml"),
                    .library = AreaTable::load(kConfigs / "area" / "osu018.yaml"),
                    .cpu = {},
                    .cpu_missing = {}};
  SessionOptions options;
};

TEST_P(NetworkEnergyTest, LayersAddUpToTheRun) {
  Session session(graph, hw, options);
  const RunResult result = session.run(inputs());
  const Report report = session.report(result, "random", &costs);
  ASSERT_TRUE(report.energy);
  const EnergyReport& energy = *report.energy;
  ASSERT_EQ(energy.layers.size(), graph.ops.size());
  Activity sum = energy.driver.activity;
  Figure pj = energy.driver.split.total();
  for (const EnergyPart& layer : energy.layers) {
    sum += layer.activity;
    pj += layer.split.total();
  }
  EXPECT_EQ(sum, energy.run.activity);
  const double rounding = 1e-12 * energy.total_pj().value;
  EXPECT_NEAR(pj.value, energy.total_pj().value, rounding);
  EXPECT_NEAR(pj.low, energy.total_pj().low, rounding);
  EXPECT_NEAR(pj.high, energy.total_pj().high, 1e-12 * energy.total_pj().high);
  EXPECT_FALSE(energy.has_cpu);
  EXPECT_EQ(energy.run.split[Component::kCpu], Figure{});
}

TEST_P(NetworkEnergyTest, ActivityIsWhatTheReportAndTheNetworkSay) {
  Session session(graph, hw, options);
  const RunResult result = session.run(inputs());
  const Report report = session.report(result, "random", &costs);
  const Activity& run = report.energy->run.activity;
  EXPECT_EQ(run[Event::kClock], report.cycles);
  EXPECT_EQ(run[Event::kBusRead], report.bytes_read);
  EXPECT_EQ(run[Event::kBusWrite], report.bytes_written);
  EXPECT_EQ(run[Event::kFlashRead] + run[Event::kSramRead] + run[Event::kExternalRead], run[Event::kBusRead]);
  EXPECT_EQ(run[Event::kSramWrite] + run[Event::kExternalWrite], run[Event::kBusWrite]);
  const auto cells = static_cast<std::uint64_t>(hw.array.rows) * static_cast<std::uint64_t>(hw.array.cols);
  EXPECT_EQ(run[Event::kPeBusy] + run[Event::kPeParked], report.cycles * cells);
  EXPECT_EQ(run[Event::kPeBusy], report.engines[static_cast<std::size_t>(isa::Engine::kMm)].busy() * cells);
  // PEs compute every tap of the file; more where pixels share a tile, whose weights are then zeros for the other
  // pixels, and where channels of a depthwise layer do not fill the last tile.
  std::uint64_t macs = 0;
  std::uint64_t taps = 0;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    if (report.layers[i].where != Where::kArray) continue;
    const Activity& layer = report.energy->layers[i].activity;
    const std::uint64_t here = layer[Event::kMacDense] + layer[Event::kMacOutput] + layer[Event::kMacDepthwise];
    EXPECT_GE(here, static_cast<std::uint64_t>(report.layers[i].macs_executed)) << "operator " << i;
    EXPECT_LE(here, layer[Event::kPeBusy]) << "operator " << i;
    macs += here;
    taps += static_cast<std::uint64_t>(report.layers[i].macs_executed);
  }
  EXPECT_LE(macs, 4 * taps);
  // Every output of a layer on the array is requantised once.
  EXPECT_GT(run[Event::kLaneMultiply], 0U);
}

TEST_P(NetworkEnergyTest, TheShortWayToTheTotalGivesTheSame) {
  Session session(graph, hw, options);
  const RunResult result = session.run(inputs());
  const Report report = session.report(result, "random", &costs);
  std::vector<energy::JobClock> clocks;
  for (const Trace& trace : result.traces) clocks.push_back(energy::clock_of(trace));
  EXPECT_EQ(energy::program_activity(session.program(), hw, clocks), report.energy->run.activity);
}

INSTANTIATE_TEST_SUITE_P(Networks, NetworkEnergyTest,
                         testing::Values(Case{"kws_embedded", "base_16x16"}, Case{"ic_embedded", "base_16x16"},
                                         Case{"vww_embedded", "rect_8x16"}, Case{"ad_embedded", "small_8x8"},
                                         Case{"sww_embedded", "base_16x16"}, Case{"kws_embedded", "tiny_4x4"},
                                         Case{"ic_embedded", "output_16x16"}, Case{"kws_embedded", "both_16x16"},
                                         Case{"gemm_embedded", "gemm_16x16"}, Case{"kws_embedded", "large_32x32"}),
                         [](const auto& row) { return std::string(row.param.model) + "_on_" + row.param.config; });

// In a network without pixels that share a tile every PE event is a tap of the file.
TEST(NetworkActivityTest, PointwiseAndDepthwiseLayersComputeTheirTapsAndNoMore) {
  const Graph graph = import_tflite(find_model("kws_embedded"));
  const HwConfig hw = load_hw_config(kConfigs / "hw" / "base_16x16.yaml");
  SessionOptions options;
  options.backend = Backend::kFast;
  Session session(graph, hw, options);
  const RunResult result = session.run({std::vector<std::int8_t>(490, 3)});
  const auto layers = layer_activity(session.program(), hw, result.traces);
  for (std::size_t i = 1; i < 9; ++i) {
    const Activity& layer = layers[i];
    const auto taps = static_cast<std::uint64_t>(macs(graph, graph.ops[i]));
    EXPECT_EQ(layer[Event::kMacDense], i % 2 == 0 ? taps : 0U) << "operator " << i;
    EXPECT_EQ(layer[Event::kMacDepthwise], i % 2 == 1 ? taps : 0U) << "operator " << i;
    // 25 x 5 pixels of 64 channels are requantised, each channel once.
    EXPECT_EQ(layer[Event::kLaneMultiply], 25U * 5U * 64U) << "operator " << i;
  }
}

}  // namespace
}  // namespace systolite
