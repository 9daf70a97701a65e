// SPDX-License-Identifier: Apache-2.0
// Finds what a program leaves to chance: accesses of different engines to the same memory that no token orders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/hw_config.h"
#include "slt_isa.hpp"

namespace systolite {

enum class HazardKind : std::uint8_t {
  kReadAfterWrite,
  kWriteAfterRead,
  kWriteAfterWrite,
  kBankConflict,     // two readers, or two writers, of one scratchpad bank may meet
  kBusConflict,      // two depthwise buses of an mm meet in one scratchpad sub-bank
  kAccumulatorBank,  // matrix and vector may use the same accumulator bank in the same cycle
  kInPlace,          // a vector command overwrites operand bytes it has still to read
  kTokens,           // a count may exceed the counter, or a wait needs a later command
  kConfiguration,    // a command uses registers of its engine that the program has not set
};
[[nodiscard]] std::string_view name(HazardKind kind) noexcept;

struct Hazard {
  HazardKind kind;
  std::size_t first;   // command indices; the earlier in the stream first
  std::size_t second;  // equal to first when one command alone is at fault
  std::string text;    // one sentence: both commands, memory, range
};

// Hazards by the second command's position, at most `limit`. Commands of the same engine are in order by construction
// and are not compared. Throws DeviceError for a program that cannot be executed at all: illegal command, deadlock,
// weight tiles left over.
[[nodiscard]] std::vector<Hazard> check_hazards(const HwConfig& hw, std::span<const isa::Command> commands,
                                                std::size_t limit = 20);

}  // namespace systolite
