// SPDX-License-Identifier: Apache-2.0
// qemu-system-arm, the reference.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/cpu_differential/core.h"

namespace systolite::cpu_test {

[[nodiscard]] bool has_qemu();

// Contents of memory beside the program.
struct RawFile {
  std::string name;  // in the folder of the program
  std::uint32_t address = 0;
};

// Runs an ELF file until it exits through semihosting, in the folder of the file; returns what it printed. Throws
// std::runtime_error when it fails or does not end in time.
std::string run_on_qemu(const Core& core, const std::filesystem::path& elf, const std::vector<RawFile>& raw = {});

}  // namespace systolite::cpu_test
