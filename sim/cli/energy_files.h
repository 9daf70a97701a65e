// SPDX-License-Identifier: Apache-2.0
// The energy tables that arguments of a command line stand for.
#pragma once

#include <filesystem>
#include <string>

#include "sim/energy/cpu_energy.h"
#include "sim/energy/energy_table.h"

namespace systolite::cli {

inline constexpr const char* kDefaultEnergyTable = "45nm";

// A file, or the name of one in configs/energy ("22nm"). Throws Error(kConfig) with the names there are.
[[nodiscard]] std::filesystem::path find_energy_table(const std::string& path_or_name);
// The same, read. Throws as load_energy_table() does, too.
[[nodiscard]] energy::EnergyTable read_energy_table(const std::string& path_or_name);
// configs/energy/cpu.yaml.
[[nodiscard]] energy::CpuEnergies read_cpu_energies();

}  // namespace systolite::cli
