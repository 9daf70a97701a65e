// SPDX-License-Identifier: Apache-2.0
// Programs and files that the tests work with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace systolite::cpu_test {

// On the path?
[[nodiscard]] bool has_tool(const std::string& name);

// Runs a command of the shell and returns what it prints; throws std::runtime_error with its messages when it fails.
std::string run_tool(const std::string& command);

void write_file(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::vector<std::uint8_t> read_file(const std::filesystem::path& file);

}  // namespace systolite::cpu_test
