// SPDX-License-Identifier: Apache-2.0
// What lies where in both memory regions of a lockstep run.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"

namespace systolite::lockstep {

// Offsets in a region; each part ends where the next begins.
inline constexpr std::uint32_t kStreamFrom = 0;
inline constexpr std::uint32_t kDataFrom = 0x8000;    // random bytes; in SRAM loads only
inline constexpr std::uint32_t kStoreFrom = 0x10000;  // random bytes; in SRAM loads and stores
inline constexpr std::uint32_t kTableFrom = 0x18000;  // tables with full scales, one for each form of biases
inline constexpr std::uint32_t kTableBytes = 0x1C00;  // of each of them
inline constexpr std::uint32_t kJobsFrom = 0x1F000;   // in flash: streams of the jobs around the drawn one
inline constexpr std::uint32_t kRegionEnd = 0x20000;

// Bytes of a group of such a table: multipliers of 31 bits, shifts from -31 to 30, biases.
[[nodiscard]] std::uint32_t full_group_bytes(const HwConfig& hw, std::uint32_t bias_form);

// Fills all parts but the streams, the same for the same seed.
void fill_memory(const HwConfig& hw, std::uint64_t seed, BusMemory& memory);

}  // namespace systolite::lockstep
