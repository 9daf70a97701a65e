// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/energy_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "sim/cli/log.h"
#include "sim/core/error.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProcessors = "cpu";  // the file that is no table

fs::path folder() { return find_rtl_home().home / "configs" / "energy"; }

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder(), missing)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".yaml" && name != kProcessors) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

fs::path find_energy_table(const std::string& path_or_name) {
  std::error_code ignored;
  if (fs::is_regular_file(path_or_name, ignored)) return path_or_name;
  const std::vector<std::string> names = table_names();
  if (std::ranges::binary_search(names, path_or_name)) return folder() / (path_or_name + ".yaml");
  throw Error(ExitCode::kConfig, fmt::format("'{}' is neither a file nor the name of an energy table; names are: {}",
                                             path_or_name, fmt::join(names, ", ")));
}

energy::EnergyTable read_energy_table(const std::string& path_or_name) {
  const fs::path file = find_energy_table(path_or_name);
  log_detail(fmt::format("energy table {}", file.string()));
  return energy::load_energy_table(file);
}

energy::CpuEnergies read_cpu_energies() {
  return energy::CpuEnergies::load(folder() / (std::string(kProcessors) + ".yaml"));
}

}  // namespace systolite::cli
