// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/resolve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <set>

#include "mapper/tflite/import.h"
#include "sim/cli/log.h"
#include "sim/core/error.h"
#include "sim/core/npy.h"
#include "sim/descriptions/find.h"

namespace systolite::cli {

namespace fs = std::filesystem;

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
    check_input(graph, i, array.type == NpyType::kInt8, array.shape, files[i].string());
    set.tensors.push_back(array.int8());
    set.origin += (i == 0 ? "" : ", ") + files[i].string();
  }
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
