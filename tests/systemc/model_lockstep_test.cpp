// SPDX-License-Identifier: Apache-2.0
// Whole networks on the SystemC model and on the RTL: the same cycles, states, beats and tensors.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "tests/systemc/device_pair.h"
#include "tests/systemc/network_pair.h"

namespace systolite {
namespace {

struct Case {
  const char* model;
  const char* config;
  bool keep_all_tensors = false;
  double stalls = 0.0;
};

std::string name_of(const Case& c) {
  const std::string stalls = c.stalls > 0 ? "_stalls_" + std::to_string(static_cast<int>(100 * c.stalls)) : "";
  return std::string(c.model) + "_" + c.config + (c.keep_all_tensors ? "_all_tensors" : "") + stalls;
}

void PrintTo(const Case& c, std::ostream* out) { *out << name_of(c); }

class ModelLockstepTest : public testing::TestWithParam<Case> {};

TEST_P(ModelLockstepTest, TracesAndTensorsAreEqual) {
  const Case& param = GetParam();
  const HwConfig hw = test::test_config(param.config);
  const Graph graph = import_tflite(find_model(std::string(param.model) + "_embedded"));
  test::DevicePair devices(hw);
  if (param.stalls > 0) devices.set_stalls(RandomStalls{.seed = 7, .probability = param.stalls});
  // Twice: a job starts from what the one before has left.
  const std::size_t jobs = test::compare_network(devices, graph, hw, test::random_inputs(graph, 3),
                                                 {.keep_all_tensors = param.keep_all_tensors, .inferences = 2});
  EXPECT_GE(jobs, 2U);
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

INSTANTIATE_TEST_SUITE_P(Embedded, ModelLockstepTest, testing::ValuesIn(cases()),
                         [](const auto& param_info) { return name_of(param_info.param); });

}  // namespace
}  // namespace systolite
