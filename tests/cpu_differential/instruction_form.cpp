// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/instruction_form.h"

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>

namespace systolite::cpu_test {

bool is_core_register(const Form& form, char letter) {
  if (kCoreRegisterLetters.find(letter) == std::string_view::npos || !has(form, letter)) return false;
  const bool on_float_registers = form.isa == kFloat || form.isa == kFloat5;
  if (!on_float_registers) return true;
  if (letter == 't' || letter == 'u') return true;
  return letter == 'n' && form.access.addressing != Addressing::kNone;
}

int width(const Form& form, char letter) {
  return static_cast<int>(std::count(form.bits.begin(), form.bits.end(), letter));
}

std::uint32_t encode(const Form& form, const Fields& fields) {
  Fields rest = fields;
  std::uint32_t code = 0;
  // From the last bit to the first, each letter gives away its least significant bit.
  for (std::size_t i = form.bits.size(); i-- > 0;) {
    const char letter = form.bits[i];
    std::uint32_t bit = 0;
    if (letter == '1') {
      bit = 1;
    } else if (letter != '0') {
      bit = rest[letter] & 1U;
      rest[letter] >>= 1U;
    }
    code |= bit << (form.bits.size() - 1 - i);
  }
  return code;
}

std::uint32_t register_list(const Form& form, const Fields& fields) {
  std::uint32_t list = fields['r'];
  if (has(form, 'L')) list |= fields['L'] << 14U;
  if (has(form, 'P')) list |= fields['P'] << 15U;
  return list;
}

std::uint32_t expand_immediate(std::uint32_t twelve_bits) {
  const std::uint32_t byte = twelve_bits & 0xFFU;
  if ((twelve_bits >> 10U) == 0) {
    switch (twelve_bits >> 8U) {
      case 0:
        return byte;
      case 1:
        return byte * 0x00010001U;
      case 2:
        return byte * 0x01000100U;
      default:
        return byte * 0x01010101U;
    }
  }
  return std::rotr(0x80U | (twelve_bits & 0x7FU), static_cast<int>(twelve_bits >> 7U));
}

std::array<std::span<const Form>, kFormTables> all_forms() {
  return {narrow_forms(), data_forms(), dsp_forms(), memory_forms(), float_forms(), sequence_forms()};
}

const Form& form_named(std::string_view name) {
  static const std::map<std::string_view, const Form*> by_name = [] {
    std::map<std::string_view, const Form*> names;
    for (const std::span<const Form> table : all_forms())
      for (const Form& form : table)
        if (!names.emplace(form.name, &form).second)
          throw std::logic_error("two forms are named " + std::string(form.name));
    return names;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) throw std::logic_error("no form is named " + std::string(name));
  return *found->second;
}

}  // namespace systolite::cpu_test
