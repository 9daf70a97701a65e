// SPDX-License-Identifier: Apache-2.0
// Load and store DMA.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"
#include "sim/functional/local_memories.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/windows.h"

namespace systolite::functional {

// Both check the whole command before they move a byte, and throw DeviceError with the bus address of the first row
// that is refused.
void execute(const isa::Ld& ld, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local);
void execute(const isa::St& st, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local);

// `bytes` bytes at a bus address, nullptr when no memory answers there.
[[nodiscard]] std::uint8_t* bus_bytes(BusMemory& memory, std::uint32_t address, std::uint64_t bytes);

}  // namespace systolite::functional
