// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/table_load.h"

#include <algorithm>

namespace systolite::functional {
namespace {

constexpr std::int64_t kWordBeats = 4;   // of 32-bit fields of a group
constexpr std::int64_t kShiftBeats = 1;  // of 8-bit fields
constexpr std::uint32_t kImpliedBit = 1U << 30;
constexpr std::uint32_t kMantissa = kImpliedBit - 1;

std::int64_t scale_beats(isa::ScaleForm form) noexcept {
  switch (form) {
    case isa::ScaleForm::kNone:
    case isa::ScaleForm::kTensor:  // its beat belongs to no group
      return 0;
    case isa::ScaleForm::kPacked:
      return kWordBeats;
    case isa::ScaleForm::kFull:
      return kWordBeats + kShiftBeats;
  }
  return 0;
}

std::int64_t bias_beats(isa::BiasForm form) noexcept {
  switch (form) {
    case isa::BiasForm::kNone:
      return 0;
    case isa::BiasForm::kBits16:
      return 2;
    case isa::BiasForm::kBits24:
      return 3;
    case isa::BiasForm::kBits32:
      return kWordBeats;
  }
  return 0;
}

std::int64_t beats_before_groups(const TableRow& row) noexcept { return row.scale == isa::ScaleForm::kTensor ? 1 : 0; }

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16U | static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
}

void write_packed(const TableRow& row, std::size_t slot, std::uint32_t word, LocalMemories& memories) noexcept {
  memories.mult[slot] = static_cast<std::int32_t>(kImpliedBit | (word & kMantissa));
  memories.shift[slot] = static_cast<std::int8_t>(row.shift + static_cast<std::int64_t>(word >> 30U));
}

}  // namespace

TableRow table_row(const isa::Ld& ld) noexcept {
  return {static_cast<isa::ScaleForm>(ld.scale), static_cast<isa::BiasForm>(ld.bias), ld.shift, ld.dst};
}

std::int64_t group_beats(const TableRow& row) noexcept { return scale_beats(row.scale) + bias_beats(row.bias); }

bool table_fits(const isa::Ld& ld, const HwConfig& hw) noexcept {
  const std::int64_t bus_bytes = hw.dma.bus_bytes();
  const auto whole = [bus_bytes](std::int64_t value) { return value % bus_bytes == 0; };
  if (ld.rows != 1 || !whole(ld.mem_addr) || !whole(ld.dst) || !whole(ld.row_bytes)) return false;
  if (ld.dst >= hw.param_channels) return false;
  const TableRow row = table_row(ld);
  const std::int64_t groups = (hw.param_channels - ld.dst) / bus_bytes;
  return ld.row_bytes / bus_bytes <= beats_before_groups(row) + groups * group_beats(row);
}

TableSlots table_slots(const TableRow& row, std::int64_t beats, std::int64_t bus_bytes) noexcept {
  TableSlots slots{.biases = 0, .scales = std::min(beats, beats_before_groups(row))};
  const std::int64_t left = beats - beats_before_groups(row);
  const std::int64_t size = group_beats(row);
  if (left <= 0 || size == 0) return slots;
  const std::int64_t whole = left / size;
  const std::int64_t begun = left % size;
  const std::int64_t scale = scale_beats(row.scale);
  if (scale > 0) slots.scales = (whole + (begun > 0 ? 1 : 0)) * bus_bytes;
  if (size > scale) slots.biases = (whole + (begun > scale ? 1 : 0)) * bus_bytes;
  return slots;
}

void write_table_beat(const TableRow& row, std::int64_t beat, std::span<const std::uint8_t> bytes,
                      LocalMemories& memories) noexcept {
  const auto width = bytes.size();
  const auto first = static_cast<std::size_t>(row.first_slot);
  if (beat < beats_before_groups(row)) {
    write_packed(row, first, word_at(bytes, 0), memories);
    return;
  }
  beat -= beats_before_groups(row);
  const std::size_t group = first + static_cast<std::size_t>(beat / group_beats(row)) * width;
  std::int64_t part = beat % group_beats(row);
  // Fields of `size` bytes: the slot of the first one in this beat.
  const auto slot_of = [&](std::size_t size) { return group + static_cast<std::size_t>(part) * (width / size); };
  if (part < scale_beats(row.scale)) {
    if (part == kWordBeats) {
      for (std::size_t i = 0; i < width; ++i) memories.shift[group + i] = static_cast<std::int8_t>(bytes[i]);
      return;
    }
    const std::size_t slot = slot_of(4);
    for (std::size_t i = 0; i < width / 4; ++i) {
      const std::uint32_t word = word_at(bytes, 4 * i);
      if (row.scale == isa::ScaleForm::kPacked) {
        write_packed(row, slot + i, word, memories);
      } else {
        memories.mult[slot + i] = static_cast<std::int32_t>(word & (kImpliedBit | kMantissa));
      }
    }
    return;
  }
  part -= scale_beats(row.scale);
  if (row.bias == isa::BiasForm::kBits32) {
    const std::size_t slot = slot_of(4);
    for (std::size_t i = 0; i < width / 4; ++i)
      memories.bias[slot + i] = static_cast<std::int32_t>(word_at(bytes, 4 * i));
    return;
  }
  if (part < 2) {
    const std::size_t slot = slot_of(2);
    for (std::size_t i = 0; i < width / 2; ++i)
      memories.bias[slot + i] = static_cast<std::int16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    return;
  }
  for (std::size_t i = 0; i < width; ++i) {
    const auto low = static_cast<std::uint32_t>(memories.bias[group + i]) & 0xFFFFU;
    const auto high = static_cast<std::uint32_t>(static_cast<std::int8_t>(bytes[i])) << 16U;
    memories.bias[group + i] = static_cast<std::int32_t>(high | low);
  }
}

}  // namespace systolite::functional
