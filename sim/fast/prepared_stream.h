// SPDX-License-Identifier: Apache-2.0
// A command stream in the terms of the timing: how long each command keeps its engine, which bursts it asks for, whose
// tokens it waits for. Depends on the configuration and the latencies, not on the memory or where the stream lies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/fast/latencies.h"
#include "slt_isa.hpp"

namespace systolite::fast {

// Position of a command when the commands of each engine follow each other, engine after engine.
using Slot = std::uint32_t;

// What every command has. Its givers are PreparedStream::givers[first_giver .. first_giver + waits): the commands whose
// done gives the tokens it waits for, in the order of their engines.
struct CommandHeader {
  std::uint32_t first_giver = 0;
  std::uint8_t waits = 0;
  std::uint8_t wait = 0;    // mask of engines
  std::uint8_t signal = 0;  // mask of engines
  bool is_cfg = false;
};

struct Burst {
  std::uint32_t address;
  std::uint16_t beats;
  bool last;  // of its command
};

struct DmaCommand {
  CommandHeader header;
  std::uint32_t first_burst = 0;  // configuration, or refused: none
  std::uint32_t end_burst = 0;
  std::uint32_t index = 0;  // in the stream
  std::uint32_t address = 0;
  std::uint64_t span = 1;  // bytes of memory from there to the end of the last row
  bool bad_local = false;  // leaves its local memory
};

struct WeightCommand {
  CommandHeader header;
  std::uint32_t string_rows = 0;
  std::uint32_t tile_rows = 0;
  std::uint32_t tiles = 0;
  std::uint32_t rows = 0;  // of all tiles
  bool output = false;     // output stationary: rows follow the take
};

struct MatrixCommand {
  CommandHeader header;
  bool output = false;             // output stationary
  std::uint32_t column_mode = 0;   // depthwise: depends on taps and buses, not 0
  std::uint32_t steps = 0;         // K steps
  Cycles step_cycles = 0;          // of a K step, but the last
  Cycles last_step_cycles = 0;     // of the last one
  Cycles last_step_to_finish = 0;  // take of the last tile to the finish
};

struct VectorCommand {
  CommandHeader header;
  Cycles cycles = 0;  // pop to the last step
};

// What the front end does with a command.
enum class Dispatch : std::uint8_t { kLd, kWl, kMm, kVec, kSt, kEnd, kIllegal };

struct PreparedStream {
  std::vector<Dispatch> dispatch;              // up to END or the first illegal command, that one included
  std::uint32_t commands = 0;                  // of the whole stream, what lies behind END included
  std::array<Slot, kEngineCount + 1> first{};  // slot of each engine's first command; behind the last: all commands
  std::vector<Slot> givers;
  std::vector<Burst> bursts;

  std::vector<DmaCommand> loads;
  std::vector<WeightCommand> weights;
  std::vector<MatrixCommand> matrices;
  std::vector<VectorCommand> vectors;
  std::vector<DmaCommand> stores;

  // A token given when a counter is full: command `giver` completes before command `taker` has made room.
  struct TokenLimit {
    Slot giver;
    Slot taker;  // kNoSlot: nobody ever makes room
    std::uint8_t consumer;
  };
  std::vector<TokenLimit> token_limits;

  static constexpr std::size_t kMaxTokens = 255;  // a counter holds
  static constexpr Slot kNoSlot = 0xFFFFFFFF;

  [[nodiscard]] Slot slots() const noexcept { return first[kEngineCount]; }
  [[nodiscard]] std::uint32_t count(isa::Engine engine) const noexcept {
    const auto e = static_cast<std::size_t>(engine);
    return first[e + 1] - first[e];
  }
};

[[nodiscard]] PreparedStream prepare_stream(const HwConfig& hw, const Latencies& latencies,
                                            std::span<const isa::Command> stream);

}  // namespace systolite::fast
