// SPDX-License-Identifier: Apache-2.0
// Command streams as text, one command a line, readable and read back without loss.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapper/program/program.h"

namespace systolite {

// "job 0 stream_address=0x8000000" and one line a command: "  <operator index or -> <command>". Lines that start with
// '#' are comments.
[[nodiscard]] std::string jobs_to_text(const Program& program);

// Inverse of jobs_to_text. Throws Error(kData) naming the line that cannot be read.
[[nodiscard]] std::vector<JobStep> jobs_from_text(std::string_view text);

}  // namespace systolite
