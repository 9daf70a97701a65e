// SPDX-License-Identifier: Apache-2.0
// What costs energy: events that are counted, each with one price (event_costs.h), each in one component.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace systolite::energy {

// Where energy goes.
enum class Component : std::uint8_t {
  kArray,        // PEs, skew registers, weight registers
  kAccumulator,  // accumulator memory
  kBuffers,      // scratchpad, weight buffer, requantisation tables
  kVector,       // lanes
  kControl,      // commands
  kClock,        // flip-flops outside the PEs, clock tree
  kSram,         // memory of the MCU
  kFlash,
  kExternal,  // memory outside the MCU
  kBus,
  kLeakage,  // accelerator and SRAM
  kCpu,
};
inline constexpr std::size_t kComponents = 12;
[[nodiscard]] const char* name(Component component) noexcept;

enum class Event : std::uint8_t {
  // PEs whose activation and weight both belong to the layer. The zero point that stands for padding is an activation
  // like any other.
  kMacDense,      // weight stationary
  kMacOutput,     // output stationary
  kMacDepthwise,  // column mode
  // PEs times cycles: what clocking their registers costs, whatever they compute.
  kPeBusy,    // while the matrix engine works
  kPeParked,  // while it does not
  // Vectors that enter the array.
  kVectorDense,      // rows bytes, for the triangle of skew registers
  kVectorOutput,     // rows bytes, for the shift register of one array row
  kVectorDepthwise,  // cols bytes, on one of the buses
  kWeightRow,        // cols weights, for the shadow registers
  kWeightRowOutput,  // cols weights that move down the array
  kWeightTile,       // shadow weights become active
  // Accumulator entries, cols sums of 32 bits.
  kAccReadMatrix,
  kAccReadVector,
  kAccWrite,
  // Words of the scratchpad's sub-banks.
  kSpmReadMatrix,
  kSpmReadVector,
  kSpmReadStore,
  kSpmWriteVector,
  kSpmWriteLoad,
  // Words of the weight buffer's halves.
  kWbufRead,
  kWbufWrite,
  // Words of the requantisation tables.
  kTableRead,  // one of each table
  kBiasWrite,
  kMultWrite,
  kShiftWrite,
  // Lanes times cycles in which they take a value, and in which they send one through the multiplier.
  kLaneLoad,
  kLaneMultiply,
  kCommand,  // fetched, checked and queued
  // Bytes of the bus words that move.
  kFlashRead,
  kSramRead,
  kSramWrite,
  kExternalRead,
  kExternalWrite,
  kBusRead,
  kBusWrite,
  // Cycles of the accelerator.
  kClock,
  kLeakage,
  // Cycles of the processor.
  kCpuActive,
  kCpuSleep,
};
inline constexpr std::size_t kEvents = 39;
[[nodiscard]] const char* name(Event event) noexcept;
[[nodiscard]] Component component_of(Event event) noexcept;

// Counts of events.
struct Activity {
  std::array<std::uint64_t, kEvents> counts{};

  [[nodiscard]] std::uint64_t& operator[](Event event) { return counts[static_cast<std::size_t>(event)]; }
  [[nodiscard]] std::uint64_t operator[](Event event) const { return counts[static_cast<std::size_t>(event)]; }
  Activity& operator+=(const Activity& other) {
    for (std::size_t i = 0; i < kEvents; ++i) counts[i] += other.counts[i];
    return *this;
  }
  bool operator==(const Activity&) const = default;
};

}  // namespace systolite::energy
