// SPDX-License-Identifier: Apache-2.0
// Running a tool with its output in a file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace systolite {

// The executable a name stands for: itself if it contains a slash, else the first match in PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_executable(const std::string& name);

// Runs `command` in `folder`, appends what it prints to `log`, and returns its exit status (128 + signal if it was
// killed). Throws Error(kTool) when it cannot be started, and Stopped (sim/core/stop_request.h) when the tool was ended
// because somebody asked for it.
int run_logged(const std::vector<std::string>& command, const std::filesystem::path& folder,
               const std::filesystem::path& log);

}  // namespace systolite
