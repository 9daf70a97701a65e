// SPDX-License-Identifier: Apache-2.0
// A program as an ELF file for Arm holds it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cpu/core_config.h"
#include "sim/cpu/cpu.h"

namespace systolite::cpu {

struct ElfSegment {
  std::uint32_t address = 0;        // where it is loaded
  std::vector<std::uint8_t> bytes;  // zeros at the end included if it runs where it is loaded
};

// Memory that the program's variables take while it runs.
struct ElfVariables {
  std::string section;  // ".bss"
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
};

struct ElfSymbol {
  std::string name;
  std::uint32_t address = 0;  // of a function without the Thumb bit
  std::uint32_t bytes = 0;
  bool function = false;
};

struct ElfImage {
  std::filesystem::path file;
  std::uint32_t entry = 0;
  std::uint32_t vector_table = 0;
  std::vector<ElfSegment> segments;
  std::vector<ElfSymbol> symbols;       // functions and objects, by address
  std::vector<ElfVariables> variables;  // without what is set aside for stack and heap
  // By the build attributes; kV6M if the file has none.
  Architecture architecture = Architecture::kV6M;
};

// Throws Error(kData) with one sentence: not readable, not an ELF file, not 32-bit little-endian Arm, not executable,
// damaged, nothing to load, not for an M-profile core.
[[nodiscard]] ElfImage load_elf(const std::filesystem::path& file);

// Throws Error(kData) when the core lacks instructions that the program was built for.
void check_architecture(const ElfImage& image, const CoreConfig& core);

// The symbol with this name. Throws Error(kData) if there is none.
[[nodiscard]] const ElfSymbol& find_symbol(const ElfImage& image, std::string_view name);

// "main+0x12 (0x0800012c)", or the number alone where no symbol is.
[[nodiscard]] std::string describe_address(const ElfImage& image, std::uint32_t address);

}  // namespace systolite::cpu
