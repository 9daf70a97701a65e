// SPDX-License-Identifier: Apache-2.0
// Whole files, with a sentence on failure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/error.h"

namespace systolite {

// Throws Error(code) naming the file and the reason.
[[nodiscard]] std::vector<std::uint8_t> read_file(const std::filesystem::path& file, ExitCode code = ExitCode::kData);
[[nodiscard]] std::string read_text(const std::filesystem::path& file, ExitCode code = ExitCode::kData);

// Writes beside the target and renames: a reader sees the old content or the new one, never a part. A device or pipe is
// written to as it is. Throws Error(kData).
void write_file_atomically(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);
void write_file_atomically(const std::filesystem::path& file, std::string_view text);

}  // namespace systolite
