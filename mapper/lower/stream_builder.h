// SPDX-License-Identifier: Apache-2.0
// Collects commands in program order and orders engines by tokens where, and only where, they touch the same memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mapper/lower/view.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// The memories a command touches.
enum class Memory : std::uint8_t { kScratchpad, kWeights, kAccumulator, kBias, kScale, kSystem };

struct Access {
  Memory memory;
  Range range;
  bool write;
};

struct Footprint {
  std::vector<Access> accesses;

  void read(Memory memory, const Range& range) { accesses.push_back({memory, range, false}); }
  void write(Memory memory, const Range& range) { accesses.push_back({memory, range, true}); }
  void read(Memory memory, const std::vector<Range>& ranges) {
    for (const Range& r : ranges) read(memory, r);
  }
  void write(Memory memory, const std::vector<Range>& ranges) {
    for (const Range& r : ranges) write(memory, r);
  }
};

// Postcondition of finish(): in whatever order the engines get to run, commands of different engines that touch the
// same bytes with a write among them, or the same read (write) port of a scratchpad bank, run in the order in which
// they were added.
class StreamBuilder {
 public:
  explicit StreamBuilder(const HwConfig& hw) : hw_(hw) {}

  void add(const isa::AnyCommand& command, int op, const Footprint& footprint = {});
  [[nodiscard]] bool empty() const noexcept { return commands_.empty(); }
  // Appends END and returns the job; its stream_address is still to be set.
  [[nodiscard]] JobStep finish();

 private:
  static constexpr std::size_t kEngines = 5;
  using Clock = std::array<int, kEngines>;  // per engine: number of its commands known to be complete

  struct Issued {
    std::size_t command;  // index into commands_
    Footprint footprint;
    std::uint32_t read_banks = 0;
    std::uint32_t write_banks = 0;
    Clock known{};  // at its start
  };

  [[nodiscard]] bool conflict(const Issued& earlier, const Issued& later) const;
  [[nodiscard]] std::uint32_t banks(const Range& range) const;
  void check_token_bound() const;

  const HwConfig& hw_;
  std::vector<isa::AnyCommand> commands_;
  std::vector<int> ops_;
  std::array<std::vector<Issued>, kEngines> issued_;
  std::array<Clock, kEngines> known_{};
};

}  // namespace systolite
