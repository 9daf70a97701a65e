// SPDX-License-Identifier: Apache-2.0
// What the arguments of a command line stand for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/hw_config.h"

namespace systolite::cli {

inline constexpr const char* kDefaultConfig = "base_16x16";

// A file, or the name of one in configs/hw ("base_16x16"), or the part of a name after its first word ("16x16") if only
// one has it. Throws Error(kConfig) with the names there are.
[[nodiscard]] std::filesystem::path find_config(const std::string& path_or_name);
[[nodiscard]] std::vector<std::string> config_names();  // sorted

// A file, or the name of one in configs/cpu/cores ("cortex-m4") or configs/cpu/profiles ("ideal"). Throws
// Error(kConfig) with the names there are.
[[nodiscard]] std::filesystem::path find_core(const std::string& path_or_name);
[[nodiscard]] std::filesystem::path find_profile(const std::string& path_or_name);
// The same for a cell library of configs/area ("osu018").
[[nodiscard]] std::filesystem::path find_area_table(const std::string& path_or_name);

// A file, or the name of one in configs/sweeps ("kws_area"). Throws Error(kConfig) with the names there are.
[[nodiscard]] std::filesystem::path find_sweep(const std::string& path_or_name);
// The same for configs/mcus, configs/batteries, configs/scenarios and configs/standby.
[[nodiscard]] std::filesystem::path find_mcu(const std::string& path_or_name);
[[nodiscard]] std::vector<std::string> mcu_names();  // sorted
[[nodiscard]] std::filesystem::path find_battery(const std::string& path_or_name);
[[nodiscard]] std::filesystem::path find_scenario(const std::string& path_or_name);
[[nodiscard]] std::filesystem::path find_standby(const std::string& path_or_name);

// The file's content. Throws Error as load_hw_config() and import_tflite() do.
[[nodiscard]] HwConfig read_config(const std::string& path_or_name);
[[nodiscard]] Graph read_model(const std::filesystem::path& file);

struct InputSet {
  std::vector<std::vector<std::int8_t>> tensors;  // in the order of graph.inputs
  std::string origin;                             // for the report
};

// The arrays of the files, one per input of the graph. Throws Error(kData) for a wrong number, type or shape.
[[nodiscard]] InputSet read_inputs(const Graph& graph, const std::vector<std::filesystem::path>& files);
inline constexpr std::uint32_t kDefaultSeed = 1;
// Pseudo-random values, the same for everyone who has the seed.
[[nodiscard]] InputSet random_inputs(const Graph& graph, std::uint32_t seed);

// Throws Error(kData) if an output file could not be written, before any work is done for it.
void check_writable(const std::filesystem::path& file);
// The same for all outputs of a command, empty ones left out; also Error(kUsage) if two of them are one file.
void check_outputs(const std::vector<std::filesystem::path>& files);

}  // namespace systolite::cli
