// SPDX-License-Identifier: Apache-2.0
// The files that names of configurations, tables and sweeps stand for. Each function takes a file or the name of one in
// a folder below configs, and throws Error(kConfig) with the names there are.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace systolite {

inline constexpr const char* kDefaultConfig = "base_16x16";
inline constexpr const char* kDefaultEnergyTable = "45nm";
inline constexpr const char* kDefaultAreaTable = "osu018";

// configs/hw ("base_16x16"), or the part of a name after its first word ("16x16") if only one has it.
[[nodiscard]] std::filesystem::path find_config(const std::string& path_or_name);
[[nodiscard]] std::vector<std::string> config_names();  // sorted

[[nodiscard]] std::filesystem::path find_core(const std::string& path_or_name);          // configs/cpu/cores
[[nodiscard]] std::filesystem::path find_profile(const std::string& path_or_name);       // configs/cpu/profiles
[[nodiscard]] std::filesystem::path find_area_table(const std::string& path_or_name);    // configs/area
[[nodiscard]] std::filesystem::path find_energy_table(const std::string& path_or_name);  // configs/energy
[[nodiscard]] std::filesystem::path find_sweep(const std::string& path_or_name);         // configs/sweeps
[[nodiscard]] std::filesystem::path find_mcu(const std::string& path_or_name);           // configs/mcus
[[nodiscard]] std::vector<std::string> mcu_names();                                      // sorted
[[nodiscard]] std::filesystem::path find_battery(const std::string& path_or_name);       // configs/batteries
[[nodiscard]] std::filesystem::path find_scenario(const std::string& path_or_name);      // configs/scenarios
[[nodiscard]] std::filesystem::path find_standby(const std::string& path_or_name);       // configs/standby

// Energy of processors: configs/energy/cpu.yaml.
[[nodiscard]] std::filesystem::path cpu_energy_file();

}  // namespace systolite
