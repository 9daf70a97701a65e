// SPDX-License-Identifier: Apache-2.0
// The memories behind the bus: contents, and which region an address belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"

namespace systolite {

class BusMemory {
 public:
  // The regions of the configuration, filled with zeros.
  explicit BusMemory(const HwConfig& config);

  // Host access in zero time, flash writable. Throws Error(kInternal) for a range that is not inside one region.
  void write(std::uint32_t address, std::span<const std::uint8_t> bytes);
  void read(std::uint32_t address, std::span<std::uint8_t> bytes) const;
  [[nodiscard]] std::vector<std::uint8_t> read(std::uint32_t address, std::size_t bytes) const;

  // The region an address lies in, or nullptr.
  [[nodiscard]] const MemoryRegion* region(std::uint32_t address) const noexcept;
  [[nodiscard]] bool is_flash(std::uint32_t address) const noexcept;
  // Storage from `address` to the end of its region; empty outside. Valid as long as the memory.
  [[nodiscard]] std::span<std::uint8_t> storage(std::uint32_t address) noexcept;

 private:
  struct Storage {
    RegionId id;
    MemoryRegion region;
    std::vector<std::uint8_t> bytes;
    [[nodiscard]] bool contains(std::uint32_t address) const noexcept {
      return address >= region.base && address - region.base < region.bytes;
    }
  };
  // nullptr: outside every region.
  [[nodiscard]] const Storage* find(std::uint32_t address) const noexcept;
  // Throws unless all of the bytes are there.
  [[nodiscard]] const Storage& host_access(std::uint32_t address, std::size_t bytes) const;

  std::vector<Storage> regions_;
};

}  // namespace systolite
