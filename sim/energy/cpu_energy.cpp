// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/cpu_energy.h"

#include <array>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/sourced.h"
#include "sim/core/strict_yaml.h"

namespace systolite::energy {
namespace {

constexpr std::array<std::string_view, 1> kTopKeys = {"processors"};
constexpr std::array<std::string_view, 5> kKeys = {"core", "profile", "supply", "active", "sleep"};
constexpr SourcedRule kRule{.unit = "pJ/cycle", .least = 0, .most = 100000};

}  // namespace

CpuEnergies CpuEnergies::load(const std::filesystem::path& file) {
  return parse(read_text(file, ExitCode::kConfig), file.string());
}

CpuEnergies CpuEnergies::parse(const std::string& yaml, const std::string& file) {
  const StrictMap top = StrictMap::parse(yaml, file, kTopKeys);
  CpuEnergies energies;
  for (const StrictMap& entry : top.list("processors", kKeys)) {
    const Sourced active = read_sourced(entry, "active", kRule);
    CpuEnergy energy{.core = entry.text("core", "a core such as cortex-m4"),
                     .profile = entry.text("profile", "a profile of configs/cpu/profiles"),
                     .active_pj = active.figure,
                     .sleep_pj = read_sourced(entry, "sleep", kRule).figure,
                     .supply = entry.text("supply", "the conditions of the measurement"),
                     .source = active.source};
    if (energies.find(energy.core, energy.profile)) entry.refuse("profile", "one that this core has no entry for yet");
    energies.entries_.push_back(energy);
  }
  return energies;
}

std::optional<CpuEnergy> CpuEnergies::find(const std::string& core, const std::string& profile) const {
  for (const CpuEnergy& energy : entries_) {
    if (energy.core == core && energy.profile == profile) return energy;
  }
  return std::nullopt;
}

}  // namespace systolite::energy
