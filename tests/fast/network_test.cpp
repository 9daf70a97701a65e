// SPDX-License-Identifier: Apache-2.0
// The embedded models on the RTL and the fast model: every cycle and every tensor.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/device/trace_diff.h"
#include "sim/session/session.h"
#include "tests/fast/configuration.h"

namespace systolite::fast {
namespace {

class NetworkTest : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  HwConfig hw = configuration(std::get<1>(GetParam()));
  Graph graph = import_tflite(find_model(std::string(std::get<0>(GetParam())) + "_embedded"));

  void compare(bool keep_all_tensors, const std::optional<RandomStalls>& stalls) {
    SessionOptions options;
    options.keep_all_tensors = keep_all_tensors;
    options.stalls = stalls;
    options.backend = Backend::kFast;
    Session fast(graph, hw, options);
    options.backend = Backend::kRtl;
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
    Session rtl(graph, hw, options);
    std::vector<std::vector<std::int8_t>> inputs;
    for (const int tensor : graph.inputs)
      inputs.emplace_back(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(tensor)].bytes()), 3);
    const RunResult expected = rtl.run(inputs);
    const RunResult result = fast.run(inputs);
    EXPECT_EQ(result.tensors, expected.tensors);
    ASSERT_EQ(result.traces.size(), expected.traces.size());
    std::size_t job = 0;
    for (const Step& step : fast.program().steps) {
      const auto* commands = std::get_if<JobStep>(&step);
      if (commands == nullptr) continue;
      const Trace& a = expected.traces[job];
      const Trace& b = result.traces[job++];
      const auto difference = first_difference(a, b, commands->commands);
      EXPECT_FALSE(difference) << describe(*difference, a, b, commands->commands, "rtl", "fast");
      EXPECT_EQ(a.start, b.start);
    }
    EXPECT_GT(job, 0);
  }
};

TEST_P(NetworkTest, EveryCycleIsThatOfTheRtl) { compare(false, std::nullopt); }
TEST_P(NetworkTest, EveryCycleIsThatOfTheRtlWithAllTensorsStored) { compare(true, std::nullopt); }
TEST_P(NetworkTest, EveryCycleIsThatOfTheRtlUnderBackPressure) {
  compare(false, RandomStalls{.seed = 1, .probability = 0.2});
}

std::string name_of(const testing::TestParamInfo<NetworkTest::ParamType>& param_info) {
  return std::string(std::get<0>(param_info.param)) + "_" + std::get<1>(param_info.param);
}

INSTANTIATE_TEST_SUITE_P(Models, NetworkTest,
                         testing::Combine(testing::Values("ad", "ic", "kws", "sww", "vww"),
                                          testing::Values("base_16x16", "small_8x8", "rect_8x16")),
                         name_of);
// The others do not fit.
INSTANTIATE_TEST_SUITE_P(Tiny, NetworkTest,
                         testing::Combine(testing::Values("ad", "kws", "sww"), testing::Values("tiny_4x4")), name_of);

}  // namespace
}  // namespace systolite::fast
