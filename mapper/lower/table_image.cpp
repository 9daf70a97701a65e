// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/table_image.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

namespace systolite {
namespace {

constexpr std::int32_t kImpliedBit = 1 << 30;
constexpr int kShiftCodes = 4;  // two bits of a packed word

void put(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

isa::BiasForm bias_form(std::span<const std::int32_t> bias) {
  if (bias.empty()) return isa::BiasForm::kNone;
  const auto [low, high] = std::ranges::minmax(bias);
  const auto fits = [low, high](int bits) { return low >= -(1 << (bits - 1)) && high < 1 << (bits - 1); };
  return fits(16) ? isa::BiasForm::kBits16 : fits(24) ? isa::BiasForm::kBits24 : isa::BiasForm::kBits32;
}

// The field `shift` with which every scale has a packed word.
std::optional<int> packed_shift(std::span<const QuantizedMultiplier> scale) {
  int low = std::numeric_limits<int>::max();
  int high = std::numeric_limits<int>::min();
  for (const QuantizedMultiplier& q : scale) {
    if (q.multiplier < kImpliedBit) return std::nullopt;
    low = std::min(low, q.shift);
    high = std::max(high, q.shift);
  }
  const auto& fields = isa::info(isa::Opcode::kLd).fields;
  const auto field = std::ranges::find(fields, "shift", &isa::FieldInfo::name);
  const int least = std::min(low, static_cast<int>(field->max));
  if (least < field->min || high - least >= kShiftCodes) return std::nullopt;
  return least;
}

std::uint32_t packed_word(const QuantizedMultiplier& q, int least_shift) {
  return static_cast<std::uint32_t>(q.multiplier - kImpliedBit) | static_cast<std::uint32_t>(q.shift - least_shift)
                                                                      << 30U;
}

}  // namespace

TableForm shortest_form(std::span<const std::int32_t> bias, std::span<const QuantizedMultiplier> scale) {
  TableForm form;
  form.bias = bias_form(bias);
  if (scale.empty()) return form;
  const std::optional<int> shift = packed_shift(scale);
  form.shift = shift.value_or(0);
  form.scale = !shift ? isa::ScaleForm::kFull : scale.size() == 1 ? isa::ScaleForm::kTensor : isa::ScaleForm::kPacked;
  return form;
}

std::size_t table_bytes(const TableForm& form, std::size_t slots, int bus_bytes) noexcept {
  using isa::BiasForm;
  using isa::ScaleForm;
  const std::size_t scale = form.scale == ScaleForm::kPacked ? 4 : form.scale == ScaleForm::kFull ? 5 : 0;
  const std::size_t bias = form.bias == BiasForm::kBits32   ? 4
                           : form.bias == BiasForm::kBits24 ? 3
                           : form.bias == BiasForm::kBits16 ? 2
                                                            : 0;
  const std::size_t of_tensor = form.scale == ScaleForm::kTensor ? std::max(4, bus_bytes) : 0;
  return of_tensor + slots * (scale + bias);
}

std::vector<std::uint8_t> table_image(const TableForm& form, std::span<const std::int32_t> bias,
                                      std::span<const QuantizedMultiplier> scale, int bus_bytes) {
  const auto slots = std::max(bias.size(), scale.size());
  const auto scale_of = [&](std::size_t slot) { return scale.size() == 1 ? scale[0] : scale[slot]; };
  const auto width = static_cast<std::size_t>(bus_bytes);
  std::vector<std::uint8_t> bytes;
  if (form.scale == isa::ScaleForm::kTensor) {
    put(bytes, packed_word(scale[0], form.shift), 4);
    while (bytes.size() < width) bytes.push_back(0);
  }
  for (std::size_t group = 0; group < slots; group += width) {
    const auto each = [&](const auto& field) {
      for (std::size_t slot = group; slot < group + width; ++slot) field(slot);
    };
    if (form.scale == isa::ScaleForm::kPacked) {
      each([&](std::size_t slot) { put(bytes, packed_word(scale_of(slot), form.shift), 4); });
    } else if (form.scale == isa::ScaleForm::kFull) {
      each([&](std::size_t slot) { put(bytes, static_cast<std::uint32_t>(scale_of(slot).multiplier), 4); });
      each([&](std::size_t slot) { put(bytes, static_cast<std::uint32_t>(scale_of(slot).shift), 1); });
    }
    if (form.bias == isa::BiasForm::kNone) continue;
    const int low_bytes = form.bias == isa::BiasForm::kBits32 ? 4 : 2;
    each([&](std::size_t slot) { put(bytes, static_cast<std::uint32_t>(bias[slot]), low_bytes); });
    if (form.bias != isa::BiasForm::kBits24) continue;
    each([&](std::size_t slot) { put(bytes, static_cast<std::uint32_t>(bias[slot]) >> 16U, 1); });
  }
  return bytes;
}

}  // namespace systolite
