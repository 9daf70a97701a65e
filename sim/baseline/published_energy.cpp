// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/published_energy.h"

#include <array>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/strict_yaml.h"

namespace systolite::baseline {
namespace {

constexpr std::array<std::string_view, 1> kTopKeys = {"results"};
constexpr std::array<std::string_view, 10> kResultKeys = {"core",      "model",     "software",   "board", "supply",
                                                          "clock_mhz", "energy_uj", "latency_ms", "round", "source"};
constexpr double kMostMhz = 10000;
constexpr double kMostMs = 1e6;
constexpr double kMostUj = 1e9;
constexpr double kLeast = 1e-3;  // a result of nothing is none

}  // namespace

PublishedEnergy PublishedEnergy::load(const std::filesystem::path& file) {
  const StrictMap top = StrictMap::parse(read_text(file, ExitCode::kConfig), file.string(), kTopKeys);
  PublishedEnergy published;
  for (const StrictMap& row : top.list("results", kResultKeys)) {
    published.results_.push_back({.core = row.text("core", "a core such as cortex-m4"),
                                  .model = row.text("model", "the name of a model"),
                                  .software = row.text("software", "the name of the software"),
                                  .board = row.text("board", "the name of the board"),
                                  .supply = row.text("supply", "the supply of the part, or 'not stated'"),
                                  .clock_mhz = row.real("clock_mhz", 1, kMostMhz),
                                  .energy_uj = row.real("energy_uj", kLeast, kMostUj),
                                  .latency_ms = row.real("latency_ms", kLeast, kMostMs),
                                  .source = "MLPerf Tiny " + row.text("round", "the name of a round") + " " +
                                            row.text("source", "a path in the repository of the round")});
  }
  return published;
}

std::optional<PublishedEnergyResult> PublishedEnergy::best(const std::string& core, const std::string& model) const {
  std::optional<PublishedEnergyResult> best;
  for (const PublishedEnergyResult& result : results_) {
    if (result.core != core || result.model != model) continue;
    if (!best || result.energy_uj < best->energy_uj) best = result;
  }
  return best;
}

}  // namespace systolite::baseline
