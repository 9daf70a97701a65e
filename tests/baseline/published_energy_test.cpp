// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/published_energy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "sim/core/error.h"
#include "sim/energy/cpu_energy.h"
#include "tests/core/temporary_folder.h"

namespace systolite::test {
namespace {

namespace fs = std::filesystem;
using baseline::PublishedEnergy;

const fs::path kConfigs = fs::path(SYSTOLITE_SOURCE_DIR) / "configs";

PublishedEnergy shipped() { return PublishedEnergy::load(kConfigs / "baselines" / "energy.yaml"); }

TEST(PublishedEnergyTest, EveryRowIsThereOnceWithASource) {
  const PublishedEnergy published = shipped();
  ASSERT_EQ(published.results().size(), 87U);
  std::set<std::string> seen;
  for (const auto& row : published.results()) {
    EXPECT_TRUE(seen.insert(row.source).second) << row.source;
    EXPECT_NE(row.source.find("closed/"), std::string::npos) << row.source;
    EXPECT_TRUE(row.source.ends_with("/" + row.model)) << row.source;
    EXPECT_FALSE(row.supply.empty()) << row.source;
  }
}

// What configs/energy/cpu.yaml says of a board is what was measured on it.
TEST(PublishedEnergyTest, EnergyACycleLiesWithinTheBoundsOfTheProfile) {
  const auto energies = energy::CpuEnergies::load(kConfigs / "energy" / "cpu.yaml");
  const std::map<std::string, std::string> profiles = {
      {"NUCLEO-L4R5ZI", "l4r5"}, {"NUCLEO-U575ZI-Q", "u575"}, {"NUCLEO-H7A3ZI-Q", "h7a3"}};
  std::map<std::string, std::pair<double, double>> range;
  const PublishedEnergy published = shipped();
  for (const auto& row : published.results()) {
    const auto profile = profiles.find(row.board);
    if (profile == profiles.end()) continue;
    const auto energy = energies.find(row.core, profile->second);
    ASSERT_TRUE(energy) << row.board;
    EXPECT_GE(row.pj_per_cycle(), energy->active_pj.low) << row.source;
    EXPECT_LE(row.pj_per_cycle(), energy->active_pj.high) << row.source;
    auto& [least, most] = range.try_emplace(row.board, 1e9, 0.0).first->second;
    least = std::min(least, row.pj_per_cycle());
    most = std::max(most, row.pj_per_cycle());
  }
  ASSERT_EQ(range.size(), profiles.size());
  for (const auto& [board, bounds] : range) {
    const auto core = board == "NUCLEO-L4R5ZI" ? "cortex-m4" : board == "NUCLEO-U575ZI-Q" ? "cortex-m33" : "cortex-m7";
    const auto energy = energies.find(core, profiles.at(board));
    EXPECT_NEAR(energy->active_pj.low, bounds.first, 1) << board;
    EXPECT_NEAR(energy->active_pj.high, bounds.second, 1) << board;
  }
}

TEST(PublishedEnergyTest, TheBestTakesTheLeastEnergy) {
  const auto best = shipped().best("cortex-m33", "kws");
  ASSERT_TRUE(best);
  EXPECT_EQ(best->software, "X-CUBE-AI v9.0");
  EXPECT_DOUBLE_EQ(best->energy_uj, 656.163);
  EXPECT_NEAR(best->pj_per_cycle(), 142.0, 0.1);
  EXPECT_FALSE(shipped().best("cortex-m0plus", "kws"));
}

TEST(PublishedEnergyTest, ARowWithoutEnergyIsRefused) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "energy.yaml";
  std::ofstream(file)
      << "results:\n  - {core: a, model: b, software: c, board: d, supply: e, clock_mhz: 1, energy_uj: 0,"
         " latency_ms: 1, round: v1.0, source: f}\n";
  EXPECT_THROW(PublishedEnergy::load(file), Error);
}

}  // namespace
}  // namespace systolite::test
