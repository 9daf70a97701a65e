// SPDX-License-Identifier: Apache-2.0
// Points drawn at random from every shipped sweep, on the RTL: the cycles of the sweep are those of the hardware.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/core/file_io.h"
#include "sim/explore/confirm.h"
#include "tests/explore/sweep_files.h"

namespace systolite::explore {
namespace {

constexpr std::size_t kPoints = 20;

namespace fs = std::filesystem;

fs::path folder() { return fs::path(SYSTOLITE_SOURCE_DIR) / "configs/sweeps"; }

std::vector<std::string> shipped_sweeps() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder()))
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class ShippedSweepTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedSweepTest, RandomPointsTakeTheCyclesOfTheRtl) {
  const fs::path file = folder() / (GetParam() + ".yaml");
  const Sweep sweep = parse_sweep(read_text(file), file.string());
  const std::vector<Graph> graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::mt19937_64 random(2024);
  std::vector<PointResult> points;
  std::vector<Confirmation> cases;
  std::set<PointId> drawn;
  // A model each, in turn; instead of points without figures, and of points drawn before, others are drawn.
  for (std::size_t tries = 0; cases.size() < kPoints && tries < 1000 * kPoints; ++tries) {
    const std::size_t model = cases.size() % graphs.size();
    const PointId point = random() % sweep.space.size();
    if (drawn.contains(point)) continue;
    PointResult result = evaluator.evaluate(point);
    ASSERT_NE(result.models[model].status, Status::kFailed) << result.models[model].reason;
    if (result.models[model].status != Status::kOk) continue;
    drawn.insert(point);
    cases.push_back({points.size(), model});
    points.push_back(std::move(result));
  }
  ASSERT_EQ(cases.size(), kPoints);
  const RtlBuildOptions rtl{.home = find_rtl_home(), .cache = default_rtl_cache()};
  confirm_on_rtl(evaluator, graphs, points, sweep, cases, rtl,
                 [](const std::string& line) { fmt::print("{}\n", line); });
}

INSTANTIATE_TEST_SUITE_P(Sweeps, ShippedSweepTest, ::testing::ValuesIn(shipped_sweeps()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace systolite::explore
