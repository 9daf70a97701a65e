// SPDX-License-Identifier: Apache-2.0
// What a beat of an ld to space `table` brings (hw/MICROARCHITECTURE.md, "Tables in memory").
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/hw_config.h"
#include "sim/functional/local_memories.h"
#include "slt_isa.hpp"

namespace systolite::functional {

// The fields of an ld that say what its row holds, and where it goes.
struct TableRow {
  isa::ScaleForm scale = isa::ScaleForm::kNone;
  isa::BiasForm bias = isa::BiasForm::kNone;
  std::int64_t shift = 0;       // the least one of packed words
  std::int64_t first_slot = 0;  // channel slot of the first group
};
[[nodiscard]] TableRow table_row(const isa::Ld& ld) noexcept;

// Beats of a group of as many slots as the bus has bytes.
[[nodiscard]] std::int64_t group_beats(const TableRow& row) noexcept;

// Whether an ld to space `table` is one row of whole beats that starts on whole groups, and every beat of it brings
// something for a slot that exists. `mem_stride` and `pitch` do not matter.
[[nodiscard]] bool table_fits(const isa::Ld& ld, const HwConfig& hw) noexcept;

// Slots that the first `beats` beats of a row touch, counted from its first one; of biases and of scales.
struct TableSlots {
  std::int64_t biases;
  std::int64_t scales;
};
[[nodiscard]] TableSlots table_slots(const TableRow& row, std::int64_t beats, std::int64_t bus_bytes) noexcept;

// Writes beat number `beat` of the row, `bytes` wide as the bus. The row fits.
void write_table_beat(const TableRow& row, std::int64_t beat, std::span<const std::uint8_t> bytes,
                      LocalMemories& memories) noexcept;

}  // namespace systolite::functional
