// SPDX-License-Identifier: Apache-2.0
// Whole networks on the SystemC model and on the RTL: the same cycles, states, beats and tensors.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <tuple>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/device/trace_diff.h"
#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_device.h"
#include "sim/rtl/rtl_sources.h"
#include "tests/systemc/network_run.h"
#include "tests/systemc/systemc_device.h"

namespace systolite {
namespace {

HwConfig shipped_config(const std::string& name) {
  return load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs" / "hw" / (name + ".yaml"));
}

std::unique_ptr<RtlDevice> make_rtl(const HwConfig& config, BusMemory& memory) {
  RtlBuildOptions options;
  options.home = find_rtl_home();
  options.cache = default_rtl_cache();
  return std::make_unique<RtlDevice>(config, memory, build_rtl_library(config, options));
}

struct Case {
  const char* model;
  const char* config;
  bool keep_all_tensors = false;
  double stalls = 0.0;
};

class ModelLockstepTest : public testing::TestWithParam<Case> {};

TEST_P(ModelLockstepTest, TracesAndTensorsAreEqual) {
  const Case& param = GetParam();
  const HwConfig hw = shipped_config(param.config);
  const Graph graph = import_tflite(find_model(std::string(param.model) + "_embedded"));
  const auto stalls =
      param.stalls > 0 ? std::optional(RandomStalls{.seed = 7, .probability = param.stalls}) : std::nullopt;
  const auto inputs = test::random_inputs(graph, 3);

  // The SystemC model first: nothing may be elaborated once a simulation has run.
  test::NetworkRun systemc(
      graph, hw,
      [&](const HwConfig& config, BusMemory& memory) {
        auto device = std::make_unique<test::SystemcDevice>(config, memory);
        device->memory().set_stalls(stalls);
        return device;
      },
      param.keep_all_tensors);
  test::NetworkRun rtl(
      graph, hw,
      [&](const HwConfig& config, BusMemory& memory) {
        auto device = make_rtl(config, memory);
        device->memory().set_stalls(stalls);
        return device;
      },
      param.keep_all_tensors);
  for (int round = 0; round < 2; ++round) {  // twice: a job starts from what the one before has left
    const RunResult expected = rtl.run(inputs);
    const RunResult actual = systemc.run(inputs);
    ASSERT_EQ(actual.traces.size(), expected.traces.size());
    std::size_t job = 0;
    for (const Step& step : rtl.program().steps) {
      const auto* commands = std::get_if<JobStep>(&step);
      if (commands == nullptr) continue;
      const Trace& a = expected.traces[job];
      const Trace& b = actual.traces[job];
      const auto difference = first_difference(a, b, commands->commands);
      ASSERT_FALSE(difference) << "job " << job << ": "
                               << describe(*difference, a, b, commands->commands, "rtl", "systemc");
      EXPECT_EQ(a.start, b.start);
      EXPECT_EQ(a.states, b.states);
      EXPECT_EQ(a.read_beats, b.read_beats);
      EXPECT_EQ(a.fetch_beats, b.fetch_beats);
      EXPECT_EQ(a.write_beats, b.write_beats);
      EXPECT_EQ(a.traffic, b.traffic);
      ++job;
    }
    EXPECT_GT(job, 0U);
    EXPECT_EQ(actual.tensors, expected.tensors);
    EXPECT_EQ(systemc.device().now(), rtl.device().now());
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* config : {"base_16x16", "rect_8x16", "small_8x8", "tiny_4x4"}) {
    for (const char* model : {"ic", "kws", "vww", "ad", "sww"}) {
      // Two networks need more scratchpad than the smallest configuration has.
      const bool large = std::string(model) == "ic" || std::string(model) == "vww";
      if (large && std::string(config) == "tiny_4x4") continue;
      all.push_back({model, config});
      all.push_back({model, config, true});
      all.push_back({model, config, false, 0.05});
      all.push_back({model, config, false, 0.5});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Embedded, ModelLockstepTest, testing::ValuesIn(cases()), [](const auto& param_info) {
  const Case& c = param_info.param;
  const std::string stalls = c.stalls > 0 ? "_stalls_" + std::to_string(static_cast<int>(100 * c.stalls)) : "";
  return std::string(c.model) + "_" + c.config + (c.keep_all_tensors ? "_all_tensors" : "") + stalls;
});

}  // namespace
}  // namespace systolite
