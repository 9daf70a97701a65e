// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/energy_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "sim/cli/log.h"
#include "sim/descriptions/find.h"

namespace systolite::cli {
energy::EnergyTable read_energy_table(const std::string& path_or_name) {
  const std::filesystem::path file = find_energy_table(path_or_name);
  log_detail(fmt::format("energy table {}", file.string()));
  return energy::load_energy_table(file);
}

energy::CpuEnergies read_cpu_energies() { return energy::CpuEnergies::load(cpu_energy_file()); }

}  // namespace systolite::cli
