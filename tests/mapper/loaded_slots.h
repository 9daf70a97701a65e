// SPDX-License-Identifier: Apache-2.0
// What an ld of a table leaves in the accelerator's slots.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mapper/lower/pack.h"
#include "sim/core/hw_config.h"

namespace systolite {

struct SlotValues {
  std::vector<std::int32_t> bias;
  std::vector<std::int32_t> mult;
  std::vector<std::int8_t> shift;
};

// `flash` holds the bytes from bus address 0; the table goes to slot 0. Slots that it does not bring are -1.
[[nodiscard]] SlotValues loaded_slots(const TablePart& part, std::span<const std::uint8_t> flash, const HwConfig& hw);

}  // namespace systolite
