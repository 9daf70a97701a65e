// SPDX-License-Identifier: Apache-2.0
// Which memory a command reads and writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"

namespace systolite::functional {

enum class MemoryKind : std::uint8_t { kSpm, kWbuf, kAcc, kBias, kMult, kShift, kBus };
[[nodiscard]] std::string_view name(MemoryKind kind) noexcept;

// Half-open range of byte addresses; accumulator: of entries.
struct Extent {
  MemoryKind memory;
  std::int64_t begin;
  std::int64_t end;
  bool operator==(const Extent&) const = default;
};

struct Footprint {
  std::vector<Extent> reads;  // sorted by memory and address, disjoint
  std::vector<Extent> writes;
};

// kRows: every tensor row as one range from its first to its last byte touched, cheap and never too small. kBytes:
// exact, holes between pixels left out. Lanes of the depthwise buses beyond a pixel's channels feed no used column and
// are not counted.
enum class Detail { kRows, kBytes };

// `config` is the state of the engines' registers when the command executes.
[[nodiscard]] Footprint footprint(const isa::AnyCommand& command, const EngineConfig& config, const HwConfig& hw,
                                  Detail detail);

// The scratchpad ranges a command's read ports touch, given its footprint: the matrix engine reads as many bytes as the
// array has rows or columns from every position, also where they belong to no lane.
[[nodiscard]] std::vector<Extent> port_reads(const isa::AnyCommand& command, const EngineConfig& config,
                                             const HwConfig& hw, const Footprint& rows);

// A range both lists touch, if any.
[[nodiscard]] std::optional<Extent> first_overlap(const std::vector<Extent>& a, const std::vector<Extent>& b);

// Bit mask of the scratchpad banks the list touches.
[[nodiscard]] std::uint32_t banks_of(const std::vector<Extent>& extents, const HwConfig& hw);
// The same for the banks of the accumulator.
[[nodiscard]] std::uint32_t acc_banks_of(const std::vector<Extent>& extents, const HwConfig& hw);

}  // namespace systolite::functional
