// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/resolve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>

#include "mapper/tflite/import.h"
#include "sim/cli/log.h"
#include "sim/core/error.h"
#include "sim/core/npy.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

fs::path config_folder() { return find_rtl_home().home / "configs" / "hw"; }

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

// A file, or the name of one in a folder below configs.
fs::path find_description(const fs::path& folder, const char* what, const std::string& path_or_name) {
  std::error_code ignored;
  if (fs::is_regular_file(path_or_name, ignored)) return path_or_name;
  const fs::path home = find_rtl_home().home / "configs" / folder;
  const std::vector<std::string> names = names_in(home);
  if (std::ranges::binary_search(names, path_or_name)) return home / (path_or_name + ".yaml");
  throw Error(ExitCode::kConfig, fmt::format("'{}' is neither a file nor the name of a {}; names are: {}", path_or_name,
                                             what, fmt::join(names, ", ")));
}

const Tensor& input_tensor(const Graph& graph, std::size_t i) {
  return graph.tensors[static_cast<std::size_t>(graph.inputs[i])];
}

// Dimensions of 1 may be left out or added: they do not change which value is where.
bool same_shape(const std::vector<std::int64_t>& array, const std::vector<int>& tensor) {
  const auto longer_than_one = [](const auto& shape) {
    std::vector<std::int64_t> kept;
    std::ranges::copy_if(shape, std::back_inserter(kept), [](std::int64_t size) { return size != 1; });
    return kept;
  };
  return longer_than_one(array) == longer_than_one(tensor);
}

}  // namespace

std::vector<std::string> config_names() { return names_in(config_folder()); }

fs::path find_core(const std::string& path_or_name) { return find_description("cpu/cores", "core", path_or_name); }

fs::path find_profile(const std::string& path_or_name) {
  return find_description("cpu/profiles", "profile", path_or_name);
}

fs::path find_area_table(const std::string& path_or_name) {
  return find_description("area", "cell library", path_or_name);
}

fs::path find_sweep(const std::string& path_or_name) { return find_description("sweeps", "sweep", path_or_name); }
fs::path find_mcu(const std::string& path_or_name) { return find_description("mcus", "microcontroller", path_or_name); }

std::vector<std::string> mcu_names() { return names_in(find_rtl_home().home / "configs" / "mcus"); }

fs::path find_battery(const std::string& path_or_name) {
  return find_description("batteries", "battery", path_or_name);
}

fs::path find_scenario(const std::string& path_or_name) {
  return find_description("scenarios", "scenario", path_or_name);
}

fs::path find_standby(const std::string& path_or_name) {
  return find_description("standby", "description of standby", path_or_name);
}

fs::path find_config(const std::string& path_or_name) {
  std::error_code ignored;
  if (fs::is_regular_file(path_or_name, ignored)) return path_or_name;
  const std::vector<std::string> names = config_names();
  std::vector<std::string> matches;
  for (const std::string& name : names) {
    if (name == path_or_name) return config_folder() / (name + ".yaml");
    if (name.ends_with("_" + path_or_name)) matches.push_back(name);
  }
  if (matches.size() == 1) return config_folder() / (matches.front() + ".yaml");
  throw Error(ExitCode::kConfig,
              fmt::format("'{}' is neither a file nor the name of a hardware description; names are: {}", path_or_name,
                          fmt::join(names, ", ")));
}

HwConfig read_config(const std::string& path_or_name) {
  const fs::path file = find_config(path_or_name);
  HwConfig config = load_hw_config(file);
  log_detail(fmt::format("configuration {}: config_id 0x{:08x}", file.string(), config.config_id()));
  return config;
}

Graph read_model(const fs::path& file) {
  Graph graph = import_tflite(file);
  log_detail(fmt::format("model {}: operators {}", file.string(), graph.ops.size()));
  return graph;
}

InputSet read_inputs(const Graph& graph, const std::vector<fs::path>& files) {
  if (files.size() != graph.inputs.size()) {
    throw Error(ExitCode::kData,
                fmt::format("{} has {} inputs, {} files were given", graph.name, graph.inputs.size(), files.size()));
  }
  InputSet set;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const NpyArray array = read_npy(files[i]);
    const Tensor& tensor = input_tensor(graph, i);
    if (array.type != NpyType::kInt8) {
      throw Error(ExitCode::kData,
                  fmt::format("{}: the elements must be int8, as the model's input is", files[i].string()));
    }
    if (!same_shape(array.shape, tensor.shape)) {
      throw Error(ExitCode::kData, fmt::format("{}: the shape is ({}), the model's input has ({})", files[i].string(),
                                               fmt::join(array.shape, ", "), fmt::join(tensor.shape, ", ")));
    }
    set.tensors.push_back(array.int8());
    set.origin += (i == 0 ? "" : ", ") + files[i].string();
  }
  return set;
}

InputSet random_inputs(const Graph& graph, std::uint32_t seed) {
  InputSet set;
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    std::vector<std::int8_t>& values =
        set.tensors.emplace_back(static_cast<std::size_t>(input_tensor(graph, i).elements()));
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(random() & 0xFFU);
  }
  set.origin = fmt::format("pseudo-random int8 values, seed {} (no --input)", seed);
  return set;
}

void check_writable(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw Error(ExitCode::kData, fmt::format("{}: the folder {} does not exist", file.string(), folder.string()));
  }
  if (fs::is_directory(file, ignored)) throw Error(ExitCode::kData, fmt::format("{}: this is a folder", file.string()));
  if (fs::exists(file, ignored) && ::access(file.c_str(), W_OK) != 0) {
    throw Error(ExitCode::kData, fmt::format("{}: this file is not writable", file.string()));
  }
  if (fs::is_other(file, ignored)) return;  // a device or pipe needs nothing of its folder
  if (::access(folder.c_str(), W_OK) != 0) {
    throw Error(ExitCode::kData, fmt::format("{}: the folder {} is not writable", file.string(), folder.string()));
  }
}

void check_outputs(const std::vector<fs::path>& files) {
  std::set<fs::path> seen;
  for (const fs::path& file : files) {
    if (file.empty()) continue;
    check_writable(file);
    std::error_code ignored;
    if (fs::is_other(file, ignored)) continue;  // devices and pipes take several
    if (!seen.insert(fs::weakly_canonical(fs::absolute(file))).second)
      throw Error(ExitCode::kUsage, fmt::format("{}: two outputs cannot go to one file", file.string()));
  }
}

}  // namespace systolite::cli
