// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace systolite {

// How far the processor runs before the rest of the system follows. Cycles are the same; with kEveryInstruction the
// simulation is slower.
enum class RunAhead : std::uint8_t {
  kNextEvent,         // to the next event of the simulation, or its next access to a device
  kEveryInstruction,  // one instruction
};

}  // namespace systolite
