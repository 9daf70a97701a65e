// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/field_draw.h"

#include <array>
#include <stdexcept>

namespace systolite::cpu_test {
namespace {

std::uint32_t draw_bits(Random& random, int bits) {
  const std::uint32_t all = bits == 32 ? 0xFFFFFFFFU : (1U << bits) - 1;
  switch (random.below(8)) {
    case 0:
      return 0;
    case 1:
      return all;
    case 2:
      return random.below(4) & all;
    default:
      return random.word() & all;
  }
}

std::uint32_t draw_any_register(const Form& form, char letter, Random& random) {
  const int bits = width(form, letter);
  // The 16-bit forms that reach all registers may read the stack pointer and the program counter.
  if (bits == 4 && !is_wide(form) && form.free && letter == 'm') return random.below(16);
  return draw_register(random, bits == 3);
}

std::uint32_t draw_field(const Form& form, char letter, Random& random) {
  if (is_core_register(form, letter)) return draw_any_register(form, letter, random);
  const bool list = form.access.addressing == Addressing::kUp || form.access.addressing == Addressing::kDown;
  if (list && letter == 'i') return 1 + random.below(16);
  if (list && letter == 'k') return 1 + random.below(8);
  if (letter == 'r') return random.word() & random.word() & ((1U << width(form, 'r')) - 1);
  const bool memory = form.access.addressing != Addressing::kNone;
  // Half of the offsets small, so that a base register serves several accesses.
  if (memory && letter == 'i' && random.one_in(2)) return random.below(8) & ((1U << width(form, 'i')) - 1);
  const bool single_bit = width(form, letter) == 1;
  return single_bit ? random.below(2) : draw_bits(random, width(form, letter));
}

}  // namespace

Fields draw_fields(const Form& form, Random& random) {
  for (int attempt = 0; attempt < 10000; ++attempt) {
    Fields fields;
    for (std::size_t i = 0; i < form.bits.size(); ++i) {
      const char letter = form.bits[i];
      if (letter == '0' || letter == '1' || form.bits.find(letter) != i) continue;
      fields[letter] = draw_field(form, letter, random);
    }
    if (form.rule == nullptr || form.rule(fields)) return fields;
  }
  throw std::logic_error("no operands found for " + std::string(form.name));
}

std::uint32_t draw_register(Random& random, bool low) {
  if (low) return random.below(8);
  const std::uint32_t r = random.below(14);
  return r == 13 ? 14 : r;
}

std::uint32_t draw_word(Random& random) {
  static constexpr std::array<std::uint32_t, 20> kCorners = {
      0,          1,          2,          0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x80000001,
      0x00008000, 0x00007FFF, 0xFFFF8000, 0x80008000, 0x7FFF7FFF, 0x80808080, 0x7F7F7F7F,
      0x00FF00FF, 0xFF00FF00, 0x0000FFFF, 0xFFFF0000, 0x00010001, 0x7FFF8000};
  switch (random.below(8)) {
    case 0:
    case 1:
      return random.of(std::span<const std::uint32_t>(kCorners));
    case 2:
      return random.below(256);
    case 3:
      return random.word() >> random.below(32);
    default:
      return random.word();
  }
}

std::uint32_t draw_float(Random& random) {
  static constexpr std::array<std::uint32_t, 24> kCorners = {
      0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC12345,
      0x7F800001, 0xFFBFFFFF, 0x00000001, 0x807FFFFF, 0x00800000, 0x80800000, 0x7F7FFFFF, 0xFF7FFFFF,
      0x4F000000, 0xCF000000, 0x4F7FFFFF, 0x3F000000, 0x3FC00000, 0x33800000, 0x477FE000, 0x387FC000};
  switch (random.below(10)) {
    case 8:  // products about the smallest normal number, mantissas at their ends
      return (random.below(2) << 31U) + ((60 + random.below(8)) << 23U) +
             (random.one_in(2) ? random.below(3) : 0x7FFFFFU - random.below(3));
    case 9:  // halves of a unit in the last place of others
      return (random.below(2) << 31U) + ((100 + random.below(30)) << 23U) + (random.one_in(2) ? 0 : 0x7FFFFFU);
    case 0:
    case 1:
      return random.of(std::span<const std::uint32_t>(kCorners));
    case 2:  // near one another, so that sums cancel
      return 0x3F800000U + (random.below(2) << 31U) + random.below(1024);
    case 3:  // small exponents: denormal results
      return (random.word() & 0x80FFFFFFU) + (random.below(30) << 23U);
    case 4:  // integers and halves
      return 0x40000000U + (random.below(24) << 23U) + (random.word() & 0x807F0000U);
    case 5:  // moderate exponents
      return (random.word() & 0x807FFFFFU) + ((96 + random.below(64)) << 23U);
    default:
      return random.word();
  }
}

}  // namespace systolite::cpu_test
