// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace systolite::test {

// Memories of the accelerator that ld writes; the tables as bytes of their slots of 32 bits (bias, multiplier) or 8
// (shift).
enum class LocalMemory : std::uint8_t { kSpm, kWbuf, kBias, kMult, kShift };

}  // namespace systolite::test
