// SPDX-License-Identifier: Apache-2.0
// `systolite cpu run`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace systolite::cli {

struct MemoryDump {
  std::string symbol;  // its bytes, or if empty:
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
  std::filesystem::path file;
};

struct CpuRunArguments {
  std::filesystem::path program;
  std::string core = "cortex-m4";
  std::string profile = "ideal";
  std::uint64_t max_cycles = 10'000'000'000;
  std::string command_line;
  std::string stack_end = "auto";  // "auto", "none", an address or a symbol
  bool run_fault_handlers = false;
  bool functions = false;
  bool dump_registers = false;
  std::vector<MemoryDump> dump_memory;
  std::filesystem::path json;  // "-": standard output, instead of the table and of what the program prints
};

// "ADDRESS:BYTES=FILE" or "SYMBOL=FILE". Throws std::invalid_argument with a sentence.
[[nodiscard]] MemoryDump parse_memory_dump(const std::string& text);

void cpu_run_command(const CpuRunArguments& arguments);

}  // namespace systolite::cli
