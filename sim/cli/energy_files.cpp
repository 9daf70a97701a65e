// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/energy_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/cli/log.h"

namespace systolite::cli {

EnergyCosts read_energy_costs(const EnergyFiles& files) {
  const std::filesystem::path table = find_energy_table(files.table);
  const std::filesystem::path library = find_area_table(files.library);
  log_detail(fmt::format("energy table {}, cell library {}", table.string(), library.string()));
  return {.table = energy::load_energy_table(table), .library = AreaTable::load(library), .cpu = {}, .cpu_missing = {}};
}

energy::CpuEnergies read_cpu_energies() { return energy::CpuEnergies::load(cpu_energy_file()); }

}  // namespace systolite::cli
