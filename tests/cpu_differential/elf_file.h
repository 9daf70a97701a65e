// SPDX-License-Identifier: Apache-2.0
// Programs as ELF files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace systolite::cpu_test {

// Contents of memory.
struct Segment {
  std::uint32_t address = 0;
  std::vector<std::uint8_t> bytes;
};

// A program that starts with its vector table.
void write_elf(const std::filesystem::path& file, const Segment& program);

// The loadable segments, what is to be zero included. Throws std::runtime_error when it is no ELF file for Arm.
[[nodiscard]] std::vector<Segment> read_elf(const std::filesystem::path& file);

}  // namespace systolite::cpu_test
