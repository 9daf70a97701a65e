// SPDX-License-Identifier: Apache-2.0
// Load and store DMA, and the windows they may touch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"
#include "sim/functional/local_memories.h"
#include "sim/memory/bus_memory.h"

namespace systolite::functional {

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
  [[nodiscard]] static Windows whole(const HwConfig& hw);
  [[nodiscard]] bool readable(std::uint64_t address, std::uint64_t bytes) const noexcept {
    return read_only.holds(address, bytes) || read_write.holds(address, bytes);
  }
};

// Both check the whole command before they move a byte, and throw DeviceError with the bus address of the first row
// that is refused.
void execute(const isa::Ld& ld, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local);
void execute(const isa::St& st, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local);

// `bytes` bytes at a bus address, nullptr when no memory answers there.
[[nodiscard]] std::uint8_t* bus_bytes(BusMemory& memory, std::uint32_t address, std::uint64_t bytes);

}  // namespace systolite::functional
