// SPDX-License-Identifier: Apache-2.0
// Random layers and short chains through importer-less mapping, driver and RTL, against the tests' own integer
// reference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <tuple>

#include "sim/session/session.h"
#include "tests/network/report_checks.h"
#include "tests/reference/random_layer.h"

namespace systolite {
namespace {

constexpr int kShards = 2;

// Cases of one shard; SYSTOLITE_RANDOM_CASES overrides it for long runs.
int cases_per_shard() {
  const char* text = std::getenv("SYSTOLITE_RANDOM_CASES");
  return text == nullptr ? 120 : std::max(1, std::atoi(text));
}

// First seed; SYSTOLITE_RANDOM_SEED overrides it.
std::uint64_t first_seed() {
  const char* text = std::getenv("SYSTOLITE_RANDOM_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

std::filesystem::path config_file(const std::string& name) {
  const std::filesystem::path source(SYSTOLITE_SOURCE_DIR);
  const auto shipped = source / "configs" / "hw" / (name + ".yaml");
  return std::filesystem::exists(shipped) ? shipped : source / "tests" / "network" / "configs" / (name + ".yaml");
}

class RandomNetworkTest : public testing::TestWithParam<std::tuple<const char*, int>> {};

TEST_P(RandomNetworkTest, EveryTensorOnRtlEqualsTheReference) {
  const auto& [config_name, shard] = GetParam();
  const HwConfig hw = load_hw_config(config_file(config_name));
  const std::uint64_t seed0 = first_seed();
  std::printf("first seed %llu (SYSTOLITE_RANDOM_SEED), %d cases (SYSTOLITE_RANDOM_CASES)\n",
              static_cast<unsigned long long>(seed0), cases_per_shard());
  int compared = 0;
  for (int i = 0; i < cases_per_shard(); ++i) {
    const std::uint64_t seed = seed0 + static_cast<std::uint64_t>(i * kShards + shard);
    const bool single = seed % 8 == 0;
    const reference::RandomCase drawn = seed % 8 == 5   ? reference::random_narrow_chain(seed)
                                        : seed % 8 == 1 ? reference::random_thin_chain(seed)
                                        : seed % 4 == 3 ? reference::random_chain(seed)
                                                        : reference::random_layer(seed);
    SCOPED_TRACE(drawn.description + (single ? ", single rounding" : ""));
    SessionOptions options;
    options.keep_all_tensors = true;
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
    options.rounding = single ? Rounding::kSingle : Rounding::kDouble;
    Session session(drawn.graph, hw, options);
    const RunResult result = session.run(drawn.inputs);
    const auto expected = drawn.tensors(single ? reference::RoundingMode::kOnce : reference::RoundingMode::kTwice);
    for (const Op& op : drawn.graph.ops) {
      const int tensor = op.outputs[0];
      ASSERT_TRUE(result.tensors.contains(tensor)) << op.type << " has no tensor to compare";
      ASSERT_EQ(result.tensors.at(tensor), expected.at(static_cast<std::size_t>(tensor)))
          << "operator #" << op.index << " " << op.type;
      ++compared;
    }
    test::check_report(session.report(result, "random"), result);
    if (i % 10 == 0) {  // the same work takes the same time
      const RunResult again = session.run(drawn.inputs);
      ASSERT_EQ(again.tensors, result.tensors);
      ASSERT_EQ(test::total_cycles(again), test::total_cycles(result));
    }
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GE(compared, cases_per_shard());
}

INSTANTIATE_TEST_SUITE_P(Configs, RandomNetworkTest,
                         testing::Combine(testing::Values("base_16x16", "small_8x8", "rect_8x16", "odd_5x7",
                                                          "plain_12x9", "output_9x6"),
                                          testing::Range(0, kShards)),
                         [](const auto& param_info) {
                           return std::string(std::get<0>(param_info.param)) + "_" +
                                  std::to_string(std::get<1>(param_info.param));
                         });

}  // namespace
}  // namespace systolite
