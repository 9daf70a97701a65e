// SPDX-License-Identifier: Apache-2.0
// Which host memory is at an address.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/cpu/memory_region.h"

namespace systolite::cpu {

struct MappedRegion {
  std::string name;
  std::uint32_t base = 0;
  std::uint32_t bytes = 0;  // 0: nothing is here
  std::uint8_t* host = nullptr;
  bool flash = false;
  bool writable = false;
  std::uint32_t read_wait = 0;
  std::uint32_t write_wait = 0;
  std::uint32_t fetch_wait = 0;
  // By granule of kCodeGranule bytes: whether instructions were decoded from it. Empty for flash, which no store
  // reaches.
  std::vector<std::uint8_t> code = {};

  [[nodiscard]] bool holds(std::uint32_t address, std::uint32_t size) const noexcept {
    return std::uint64_t{address - base} + size <= bytes;
  }
};

inline constexpr unsigned kCodeGranuleBits = 5;

class MemoryMap {
 public:
  MemoryMap() { first_.fill(&nothing_); }
  MemoryMap(const MemoryMap&) = delete;
  MemoryMap& operator=(const MemoryMap&) = delete;

  // Throws Error(kConfig) when the region is empty, leaves the address space, or overlaps another or the system's.
  void add(const MemoryRegion& region);

  // The region that is first in this MiB: right for almost every access, and to be checked with holds().
  [[nodiscard]] MappedRegion& near(std::uint32_t address) noexcept { return *first_[address >> 20]; }
  // The region that holds these bytes, or nullptr.
  [[nodiscard]] MappedRegion* find(std::uint32_t address, std::uint32_t size) noexcept;

  // Whether reading instructions from any of them takes more than the core's own cycles, flash aside.
  [[nodiscard]] bool fetches_wait() const noexcept;
  // Nothing has been decoded.
  void forget_code() noexcept;

 private:
  std::deque<MappedRegion> regions_;  // their addresses stay
  MappedRegion nothing_;
  std::array<MappedRegion*, 4096> first_{};
};

}  // namespace systolite::cpu
