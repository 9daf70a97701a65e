// SPDX-License-Identifier: Apache-2.0
// Registers of the interrupt controller, and those of system control that are about exceptions (DDI 0403, B3.2, B3.4).
#pragma once

#include <cstdint>

namespace systolite::cpu {

struct Machine;

// The word at an aligned address. False: it is none of these registers.
[[nodiscard]] bool read_interrupt_register(Machine& machine, std::uint32_t address, std::uint32_t& value);
[[nodiscard]] bool write_interrupt_register(Machine& machine, std::uint32_t address, std::uint32_t value);

}  // namespace systolite::cpu
