// SPDX-License-Identifier: Apache-2.0
// The simulator under test, with the memories of the qemu machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/cpu/cpu.h"
#include "tests/cpu_differential/core.h"
#include "tests/cpu_differential/elf_file.h"

namespace systolite::cpu_test {

struct SimulatorRun {
  cpu::Stop stop;
  int exit_code = 0;
  std::string output;             // through semihosting
  std::string fault;              // the last one, a sentence; empty: none
  std::vector<std::uint8_t> ram;  // at the end
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  std::uint64_t exceptions = 0;
};

struct SimulatorOptions {
  std::string profile = "ideal";
  cpu::MemoryKind code = cpu::MemoryKind::kRam;
  std::uint32_t longest_slice = 0;  // cycles; 0: all in one run, otherwise in runs of random length
  bool interrupts = false;  // the first interrupt line rises between slices and falls when 0x40000000 is written
};

// `program`: segments within the code or the RAM of the core. Until it exits, or until `cycle_limit`.
[[nodiscard]] SimulatorRun run_on_simulator(const Core& core, std::span<const Segment> program,
                                            std::uint64_t cycle_limit, const SimulatorOptions& options = {});

}  // namespace systolite::cpu_test
