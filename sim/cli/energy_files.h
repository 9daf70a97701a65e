// SPDX-License-Identifier: Apache-2.0
// What energy is computed from, as arguments of a command line name it.
#pragma once

#include <string>

#include "sim/descriptions/find.h"
#include "sim/energy/cpu_energy.h"
#include "sim/report/energy_report.h"

namespace systolite::cli {

// Each is a file or the name of one.
struct EnergyFiles {
  std::string table = kDefaultEnergyTable;  // of configs/energy
  std::string library = kDefaultAreaTable;  // of configs/area
};

// Without a processor. Throws as find_energy_table(), find_area_table() and what reads the files do.
[[nodiscard]] EnergyCosts read_energy_costs(const EnergyFiles& files);
// configs/energy/cpu.yaml.
[[nodiscard]] energy::CpuEnergies read_cpu_energies();

}  // namespace systolite::cli
