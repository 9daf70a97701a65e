// SPDX-License-Identifier: Apache-2.0
// What the arguments of a command line stand for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/hw_config.h"
#include "sim/descriptions/find.h"
#include "sim/session/inputs.h"

namespace systolite::cli {

// The file's content. Throws Error as load_hw_config() and import_tflite() do.
[[nodiscard]] HwConfig read_config(const std::string& path_or_name);
[[nodiscard]] Graph read_model(const std::filesystem::path& file);

// The arrays of the files, one per input of the graph. Throws Error(kData) for a wrong number, type or shape.
[[nodiscard]] InputSet read_inputs(const Graph& graph, const std::vector<std::filesystem::path>& files);

// Throws Error(kData) if an output file could not be written, before any work is done for it.
void check_writable(const std::filesystem::path& file);
// The same for all outputs of a command, empty ones left out; also Error(kUsage) if two of them are one file.
void check_outputs(const std::vector<std::filesystem::path>& files);

}  // namespace systolite::cli
