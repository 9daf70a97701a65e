// SPDX-License-Identifier: Apache-2.0
#include "sim/descriptions/find.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "sim/core/error.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProcessors = "cpu";  // the file of configs/energy that is no table of the accelerator

fs::path folder(const fs::path& below_configs) { return find_rtl_home().home / "configs" / below_configs; }

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// Names of the descriptions in a folder, sorted.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

fs::path find_among(const std::vector<std::string>& names, const fs::path& home, const char* what,
                    const std::string& path_or_name) {
  if (is_file(path_or_name)) return path_or_name;
  if (std::ranges::binary_search(names, path_or_name)) return home / (path_or_name + ".yaml");
  throw Error(ExitCode::kConfig, fmt::format("'{}' is neither a file nor the name of {}; names are: {}", path_or_name,
                                             what, fmt::join(names, ", ")));
}

fs::path find_description(const fs::path& below_configs, const char* what, const std::string& path_or_name) {
  const fs::path home = folder(below_configs);
  return find_among(names_in(home), home, what, path_or_name);
}

}  // namespace

std::vector<std::string> config_names() { return names_in(folder("hw")); }

fs::path find_config(const std::string& path_or_name) {
  const std::vector<std::string> names = config_names();
  std::vector<std::string> matches;
  for (const std::string& name : names) {
    if (name.ends_with("_" + path_or_name)) matches.push_back(name);
  }
  const bool abbreviated =
      matches.size() == 1 && !is_file(path_or_name) && !std::ranges::binary_search(names, path_or_name);
  return find_among(names, folder("hw"), "a hardware description", abbreviated ? matches.front() : path_or_name);
}

fs::path find_core(const std::string& path_or_name) { return find_description("cpu/cores", "a core", path_or_name); }

fs::path find_profile(const std::string& path_or_name) {
  return find_description("cpu/profiles", "a profile", path_or_name);
}

fs::path find_area_table(const std::string& path_or_name) {
  return find_description("area", "a cell library", path_or_name);
}

fs::path find_energy_table(const std::string& path_or_name) {
  std::vector<std::string> names = names_in(folder("energy"));
  std::erase(names, kProcessors);
  return find_among(names, folder("energy"), "an energy table", path_or_name);
}

fs::path find_sweep(const std::string& path_or_name) { return find_description("sweeps", "a sweep", path_or_name); }

fs::path find_mcu(const std::string& path_or_name) {
  return find_description("mcus", "a microcontroller", path_or_name);
}

std::vector<std::string> mcu_names() { return names_in(folder("mcus")); }

fs::path find_battery(const std::string& path_or_name) {
  return find_description("batteries", "a battery", path_or_name);
}

fs::path find_scenario(const std::string& path_or_name) {
  return find_description("scenarios", "a scenario", path_or_name);
}

fs::path find_standby(const std::string& path_or_name) {
  return find_description("standby", "a description of standby", path_or_name);
}

fs::path cpu_energy_file() { return folder("energy") / (std::string(kProcessors) + ".yaml"); }

}  // namespace systolite
