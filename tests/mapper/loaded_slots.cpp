// SPDX-License-Identifier: Apache-2.0
#include "tests/mapper/loaded_slots.h"

#include <algorithm>
#include <stdexcept>

#include "sim/functional/table_load.h"

namespace systolite {

SlotValues loaded_slots(const TablePart& part, std::span<const std::uint8_t> flash, const HwConfig& hw) {
  const isa::Ld ld{.mem_addr = part.address,
                   .space = static_cast<std::int64_t>(isa::Space::kTable),
                   .row_bytes = part.bytes,
                   .scale = static_cast<std::int64_t>(part.form.scale),
                   .bias = static_cast<std::int64_t>(part.form.bias),
                   .shift = part.form.shift};
  // Throws if a field is out of its range.
  static_cast<void>(isa::encode(ld));
  if (!functional::table_fits(ld, hw)) throw std::logic_error("The table does not fit.");
  functional::LocalMemories memories(hw);
  std::ranges::fill(memories.bias, -1);
  std::ranges::fill(memories.mult, -1);
  std::ranges::fill(memories.shift, std::int8_t{-1});
  const auto width = static_cast<std::size_t>(hw.dma.bus_bytes());
  const auto row = flash.subspan(part.address, part.bytes);
  for (std::size_t beat = 0; beat < row.size() / width; ++beat) {
    functional::write_table_beat(functional::table_row(ld), static_cast<std::int64_t>(beat),
                                 row.subspan(beat * width, width), memories);
  }
  return {memories.bias, memories.mult, memories.shift};
}

}  // namespace systolite
