// SPDX-License-Identifier: Apache-2.0
// How long the flash interface of a microcontroller makes the core wait: an array that is read a few bytes at a time, a
// buffer with the instructions in use, a prefetch of those that follow, and caches. README.md, "Flash", has the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/cpu/counters.h"
#include "sim/cpu/profile.h"

namespace systolite::cpu {

// Tags of a set-associative cache with least-recently-used replacement, whose lines are filled by sectors.
class LineCache {
 public:
  LineCache(const CacheShape& shape, int sector_bytes);
  void clear();

  // Whether the sector with this address is there; makes its line the youngest if it is.
  [[nodiscard]] bool hit(std::uint32_t address) {
    const std::uint32_t line = address >> line_bits_;
    // Where this line was found last; a fully associative cache would take long to search.
    std::uint32_t& hint = hints_[line & (kHints - 1)];
    Slot* slot = &slots_[hint];
    if (slot->line != line) {
      slot = find(line);
      if (slot == nullptr) return false;
      hint = static_cast<std::uint32_t>(slot - slots_.data());
    }
    if ((slot->sectors & sector_bit(address)) == 0) return false;
    slot->used = ++clock_;
    return true;
  }
  // The same without an effect.
  [[nodiscard]] bool holds(std::uint32_t address) const;
  // Fills the sector, in place of the oldest line of its set if its line is not there.
  void fill(std::uint32_t address);

 private:
  struct Slot {
    std::uint32_t line = ~0U;
    std::uint32_t sectors = 0;  // one bit each
    std::uint64_t used = 0;
  };

  [[nodiscard]] Slot* find(std::uint32_t line) {
    Slot* const set = &slots_[(line & set_mask_) * ways_];
    for (Slot* slot = set; slot != set + ways_; ++slot) {
      if (slot->line == line) return slot;
    }
    return nullptr;
  }
  [[nodiscard]] std::uint32_t sector_bit(std::uint32_t address) const {
    return 1U << ((address >> sector_bits_) & sector_mask_);
  }

  unsigned line_bits_;
  unsigned sector_bits_;
  std::uint32_t sector_mask_;
  std::uint32_t set_mask_;
  std::uint32_t ways_;
  std::uint64_t clock_ = 0;
  std::vector<Slot> slots_;
  static constexpr std::uint32_t kHints = 256;
  std::vector<std::uint32_t> hints_ = std::vector<std::uint32_t>(kHints, 0);
};

class FlashTiming {
 public:
  FlashTiming(const FlashInterface& flash, Counters& counters);
  void reset();
  // False when nothing ever waits.
  [[nodiscard]] bool waits() const { return wait_states_ != 0; }
  [[nodiscard]] std::uint32_t sector_bytes() const { return 1U << sector_bits_; }

  // Cycles that an instruction fetch, or a load of up to 4 aligned bytes, waits at `now`. Counts what it looked up.
  [[nodiscard]] std::uint32_t fetch(std::uint32_t address, std::uint64_t now) {
    if (address >> sector_bits_ == current_) return 0;
    return fetch_other(address, now);
  }
  [[nodiscard]] std::uint32_t load(std::uint32_t address, std::uint64_t now);

 private:
  [[nodiscard]] std::uint32_t fetch_other(std::uint32_t address, std::uint64_t now);
  // Reads a sector from the array as soon as it is free; the cycle in which its bytes are there.
  std::uint64_t read_array(std::uint64_t now);
  void prefetch_after(std::uint32_t sector, std::uint64_t now);

  static constexpr std::uint32_t kNone = ~0U;

  Counters& counters_;
  std::uint32_t wait_states_;
  unsigned sector_bits_;
  bool prefetch_;
  std::optional<LineCache> instructions_;
  std::optional<LineCache> data_;
  bool unified_;
  std::uint32_t current_ = kNone;     // sector in the instruction buffer
  std::uint32_t prefetched_ = kNone;  // sector in the prefetch buffer, or on its way there
  std::uint64_t prefetch_ready_ = 0;
  std::uint32_t data_buffer_ = kNone;  // sector of the last load; what there is instead of a data cache
  std::uint64_t array_free_ = 0;
};

}  // namespace systolite::cpu
