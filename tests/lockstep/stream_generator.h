// SPDX-License-Identifier: Apache-2.0
// Draws whole jobs for lockstep runs: a legal command stream, where it lies, and the memory it meets.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/random_stalls.h"
#include "slt_isa.hpp"

namespace systolite::lockstep {

enum class StreamKind : std::uint8_t {
  kMixed,     // all commands, with weights of the stream's own
  kTransfer,  // ld and st: short rows, strides, page crossings
  kMode,      // dense and depthwise mm in turn
  kFlood,     // one engine's queue filled behind a command that waits
  kTokens,    // a token counter raised to its limit
  kShort,     // END alone or nearly so
  kFault,     // one error that stops the job
};
inline constexpr int kStreamKinds = 7;
[[nodiscard]] std::string_view name(StreamKind kind) noexcept;

struct LockstepStream {
  std::uint64_t hardware_seed = 0;
  std::uint64_t number = 0;
  StreamKind kind = StreamKind::kMixed;
  HwConfig hw;  // with the memory timing of this stream
  std::optional<RandomStalls> stalls;
  std::vector<isa::Command> commands;  // up to END and what lies behind it
  std::uint32_t address = 0;           // of the stream in memory
  std::uint32_t bytes = 0;             // of the stream, as the device is told
  std::size_t end = 0;                 // index of END
  // Only in a stream of kind kFault: an address at which the bus answers with an error.
  std::optional<std::uint32_t> bus_error;
  // The device refuses the stream before it fetches anything.
  bool refused = false;
};

// The same for the same pair of numbers. `hardware` is draw_hardware(hardware_seed).
[[nodiscard]] LockstepStream draw_stream(const HwConfig& hardware, std::uint64_t hardware_seed, std::uint64_t number);

// A job that gives every byte of the local memories a value, from the memory parts of tests/lockstep/bus_map.h.
[[nodiscard]] std::vector<isa::Command> fill_local_memories(const HwConfig& hw);
// A job that copies the whole scratchpad to `address`.
[[nodiscard]] std::vector<isa::Command> store_scratchpad(const HwConfig& hw, std::uint32_t address);

}  // namespace systolite::lockstep
