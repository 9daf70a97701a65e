// SPDX-License-Identifier: Apache-2.0
// Random hardware configurations for lockstep runs: small, so that their RTL compiles quickly and short streams reach
// every limit.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "tests/reference/random_source.h"

namespace systolite::lockstep {

using Random = reference::RandomSource;

// Everything that changes the RTL, drawn from `seed`; the memories are as fast as they can be.
[[nodiscard]] HwConfig draw_hardware(std::uint64_t seed);

// New latencies, cycles per beat, banks and CPU traffic for both memory regions. They are no part of the RTL.
void draw_memory_timing(HwConfig& hw, Random& random);

}  // namespace systolite::lockstep
