// SPDX-License-Identifier: Apache-2.0
// Random layers and short chains on the SystemC model and on the RTL, for configurations that differ in every
// parameter, with and without stalls of the bus.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "tests/reference/random_layer.h"
#include "tests/systemc/device_pair.h"
#include "tests/systemc/network_pair.h"

namespace systolite {
namespace {

// SYSTOLITE_RANDOM_CASES and SYSTOLITE_RANDOM_SEED override number of networks and first seed.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Every other layer output stationary, where either dataflow is possible.
std::map<int, LayerCut> mixed_dataflows(const Graph& graph, std::uint64_t seed) {
  std::map<int, LayerCut> cuts;
  for (const Op& op : graph.ops) {
    if ((static_cast<std::uint64_t>(op.index) + seed) % 2 == 0) cuts[op.index].dataflow = Dataflow::kOutput;
  }
  return cuts;
}

class RandomLockstepTest : public testing::TestWithParam<const char*> {};

TEST_P(RandomLockstepTest, TracesAndTensorsAreEqual) {
  const HwConfig hw = test::test_config(GetParam());
  test::DevicePair devices(hw);
  const std::uint64_t first_seed = setting("SYSTOLITE_RANDOM_SEED", 1);
  const std::uint64_t cases = setting("SYSTOLITE_RANDOM_CASES", 60);
  std::size_t jobs = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + cases; ++seed) {
    const reference::RandomCase drawn = seed % 3 == 2 ? reference::random_chain(seed) : reference::random_layer(seed);
    SCOPED_TRACE("SYSTOLITE_RANDOM_SEED=" + std::to_string(seed) + " " + drawn.description);
    if (seed % 2 == 0) {
      devices.set_stalls(RandomStalls{.seed = seed, .probability = seed % 4 == 0 ? 0.1 : 0.7});
    } else {
      devices.set_stalls(std::nullopt);
    }
    try {
      jobs += test::compare_network(devices, drawn.graph, hw, drawn.inputs,
                                    {.keep_all_tensors = seed % 5 != 0,
                                     .rounding = seed % 7 == 0 ? Rounding::kSingle : Rounding::kDouble,
                                     .cuts = mixed_dataflows(drawn.graph, seed)});
    } catch (const test::Mismatch& mismatch) {
      FAIL() << mismatch.what();
    }
  }
  EXPECT_GT(jobs, cases / 2);
}

INSTANTIATE_TEST_SUITE_P(Configs, RandomLockstepTest,
                         testing::Values("base_16x16", "small_8x8", "rect_8x16", "odd_5x7", "plain_12x9",
                                         "single_beat_6x4", "output_9x6", "both_4x8"),
                         [](const auto& param_info) { return std::string(param_info.param); });

}  // namespace
}  // namespace systolite
