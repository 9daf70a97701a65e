// SPDX-License-Identifier: Apache-2.0
// Points drawn at random from every shipped sweep, on the RTL: the cycles of the sweep are those of the hardware.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>

#include "sim/core/file_io.h"
#include "sim/explore/confirm.h"
#include "tests/explore/sweep_files.h"

namespace systolite::explore {
namespace {

constexpr std::size_t kPoints = 20;

class ShippedSweepTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedSweepTest, RandomPointsTakeTheCyclesOfTheRtl) {
  const std::filesystem::path file =
      std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/sweeps" / (std::string(GetParam()) + ".yaml");
  const Sweep sweep =
      parse_sweep(read_text(file), file.string(), {test::find_base, test::find_library, test::find_energy});
  const std::vector<Graph> graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::mt19937_64 random(2024);
  std::vector<PointResult> points;
  std::vector<Confirmation> cases;
  // A model each, in turn; points without figures are drawn again.
  for (std::size_t tries = 0; cases.size() < kPoints && tries < 1000 * kPoints; ++tries) {
    const std::size_t model = cases.size() % graphs.size();
    PointResult result = evaluator.evaluate(random() % sweep.space.size());
    ASSERT_NE(result.models[model].status, Status::kFailed) << result.models[model].reason;
    if (result.models[model].status != Status::kOk) continue;
    cases.push_back({points.size(), model});
    points.push_back(std::move(result));
  }
  ASSERT_EQ(cases.size(), kPoints);
  const RtlBuildOptions rtl{.home = find_rtl_home(), .cache = default_rtl_cache()};
  confirm_on_rtl(evaluator, graphs, points, sweep, cases, rtl,
                 [](const std::string& line) { fmt::print("{}\n", line); });
}

INSTANTIATE_TEST_SUITE_P(Sweeps, ShippedSweepTest, ::testing::Values("ci_small", "kws_budget", "five_models"));

}  // namespace
}  // namespace systolite::explore
