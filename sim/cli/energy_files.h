// SPDX-License-Identifier: Apache-2.0
// The energy tables that arguments of a command line stand for.
#pragma once

#include <string>

#include "sim/energy/cpu_energy.h"
#include "sim/energy/energy_table.h"

namespace systolite::cli {

// A file, or the name of one in configs/energy, read. Throws as find_energy_table() and load_energy_table() do.
[[nodiscard]] energy::EnergyTable read_energy_table(const std::string& path_or_name);
// configs/energy/cpu.yaml.
[[nodiscard]] energy::CpuEnergies read_cpu_energies();

}  // namespace systolite::cli
