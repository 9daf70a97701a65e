// SPDX-License-Identifier: Apache-2.0
// Whether what is needed fits a microcontroller, and by how many bytes.
#pragma once

#include <cstdint>

#include "sim/battery/mcu_preset.h"
#include "sim/fit/memory_need.h"

namespace systolite::fit {

// Spare bytes; below 0: missing.
struct Verdict {
  std::int64_t ram_bytes = 0;
  std::int64_t flash_bytes = 0;

  [[nodiscard]] bool fits() const { return ram_bytes >= 0 && flash_bytes >= 0; }
};

// The arena has to lie in one region of RAM; variables and stack in the same or in another. RAM regions that follow
// each other are one. Spare bytes of RAM are those of the regions that are used.
[[nodiscard]] Verdict verdict(const MemoryNeed& need, const battery::Mcu& mcu);

}  // namespace systolite::fit
