// SPDX-License-Identifier: Apache-2.0
// Collects commands in program order and orders engines by tokens where, and only where, they touch the same memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/lower/view.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// The memories a command touches. kOrder is none: it orders commands that share nothing else.
enum class Memory : std::uint8_t { kScratchpad, kWeights, kAccumulator, kBias, kScale, kOrder };

// Channels first..end-1 of every pixel of an image, as bytes within the pixel.
struct ChannelWindow {
  std::uint32_t origin;  // scratchpad address of the image's first byte
  int interleave;        // of its view
  int pixel_bytes;
  int first;
  int end;
  // Windows of the same layout are comparable, whatever tensors they belong to.
  [[nodiscard]] bool apart(const ChannelWindow& other) const noexcept {
    return origin == other.origin && interleave == other.interleave && pixel_bytes == other.pixel_bytes &&
           (end <= other.first || other.end <= first);
  }
};

struct Access {
  Memory memory;
  Range range;
  bool write;
  std::optional<ChannelWindow> window;  // of the range only these bytes
  std::uint32_t before = 0;             // bytes that the port touches in front of and behind the range, unused
  std::uint32_t after = 0;

  // The same bytes, one of them written.
  [[nodiscard]] bool conflicts(const Access& other) const noexcept {
    return memory == other.memory && (write || other.write) && range.overlaps(other.range) &&
           !(window && other.window && window->apart(*other.window));
  }
};

struct Footprint {
  std::vector<Access> accesses;

  void read(Memory memory, const Range& range) { accesses.push_back({memory, range, false, {}, 0, 0}); }
  void write(Memory memory, const Range& range) { accesses.push_back({memory, range, true, {}, 0, 0}); }
  void read(Memory memory, const std::vector<Range>& ranges, const std::optional<ChannelWindow>& window = {}) {
    for (const Range& r : ranges) accesses.push_back({memory, r, false, window, 0, 0});
  }
  void write(Memory memory, const std::vector<Range>& ranges, const std::optional<ChannelWindow>& window = {}) {
    for (const Range& r : ranges) accesses.push_back({memory, r, true, window, 0, 0});
  }
  [[nodiscard]] bool conflicts(const Footprint& other) const;
};

// Postcondition of finish(): in whatever order the engines get to run, commands of different engines that touch the
// same bytes with a write among them, or the same read (write) port of a scratchpad bank, run in the order in which
// they were added.
class StreamBuilder {
 public:
  explicit StreamBuilder(const HwConfig& hw) : hw_(hw) {}

  void add(const isa::AnyCommand& command, int op, Footprint footprint = {});
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
    std::uint32_t memories = 0;  // touched, and written: a bit for each, to tell most pairs apart at once
    std::uint32_t written = 0;
    Clock known{};  // at its start
  };

  [[nodiscard]] bool conflict(const Issued& earlier, const Issued& later) const;
  [[nodiscard]] std::uint32_t banks(const Access& access) const;
  void check_token_bound() const;

  const HwConfig& hw_;
  std::vector<isa::AnyCommand> commands_;
  std::vector<int> ops_;
  std::array<std::vector<Issued>, kEngines> issued_;
  std::array<Clock, kEngines> known_{};
};

}  // namespace systolite
