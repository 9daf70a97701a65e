// SPDX-License-Identifier: Apache-2.0
// Memory that the processor reads and writes directly, as host memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace systolite::cpu {

enum class MemoryKind : std::uint8_t {
  kFlash,  // instructions and data come through the flash interface of the profile; stores fault
  kRam,    // the region's own wait cycles
};

struct MemoryRegion {
  std::string name;  // for messages
  MemoryKind kind = MemoryKind::kRam;
  std::uint32_t base = 0;
  std::span<std::uint8_t> host = {};   // the bytes; belongs to the caller and outlives the Cpu
  std::uint32_t read_wait_cycles = 0;  // of a load; RAM only
  std::uint32_t write_wait_cycles = 0;
  std::uint32_t fetch_wait_cycles = 0;  // of a 32-bit instruction fetch
};

}  // namespace systolite::cpu
