// SPDX-License-Identifier: Apache-2.0
// The cores under test and the machines of qemu that have them.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {

struct Core {
  std::string_view name;     // of the simulator: configs/cpu/cores/<name>.yaml
  std::string_view label;    // in names of tests
  std::uint32_t isa = 0;     // of Isa
  std::string_view machine;  // of qemu; its core may be another one of the same architecture
  std::vector<std::string_view> machine_options = {};
  std::uint32_t code_base = 0;          // 4 MB of memory with the vector table at its start
  std::uint32_t ram_base = 0x20000000;  // 4 MB
  std::string_view compiler_cpu;        // -mcpu of arm-none-eabi-gcc
};

inline constexpr std::uint32_t kMemoryBytes = 0x00400000;

[[nodiscard]] std::span<const Core> cores();

// In messages of tests.
inline std::ostream& operator<<(std::ostream& out, const Core& core) { return out << core.name; }

}  // namespace systolite::cpu_test
