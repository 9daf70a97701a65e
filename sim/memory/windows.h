// SPDX-License-Identifier: Apache-2.0
// The address ranges that a device may touch.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"

namespace systolite {

// Registers win*_base and win*_last: closed when last < base.
struct Window {
  std::uint32_t base = 1;
  std::uint32_t last = 0;
  // `bytes` bytes from `address`, at least one, all inside.
  [[nodiscard]] bool holds(std::uint64_t address, std::uint64_t bytes) const noexcept {
    return address >= base && address + bytes - 1 <= last;
  }
};

struct Windows {
  Window read_only;
  Window read_write;
  // All of the region with the weights to read, all of the SRAM to read and write.
  [[nodiscard]] static Windows whole(const HwConfig& hw) {
    const auto window = [](const MemoryRegion& region) {
      return Window{region.base, region.base + (region.bytes - 1)};
    };
    return {window(hw.weights_region()), window(hw.sram)};
  }
  [[nodiscard]] bool readable(std::uint64_t address, std::uint64_t bytes) const noexcept {
    return read_only.holds(address, bytes) || read_write.holds(address, bytes);
  }
};

}  // namespace systolite
