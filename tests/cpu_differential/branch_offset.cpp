// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/branch_offset.h"

namespace systolite::cpu_test {
namespace {

std::int32_t sign_extend(std::uint32_t value, int bits) {
  const int unused = 32 - bits;
  return static_cast<std::int32_t>(value << unused) >> unused;
}

bool is_compare_and_branch(const Form& form) { return form.name == "CBZ T1" || form.name == "CBNZ T1"; }

bool fits(std::int32_t value, int bits) { return value == sign_extend(static_cast<std::uint32_t>(value), bits); }

}  // namespace

bool is_immediate_branch(const Form& form) {
  return is_compare_and_branch(form) || form.name == "B T1" || form.name == "B T2" || form.name == "B T3" ||
         form.name == "B T4" || form.name == "BL T1";
}

bool set_branch_offset(const Form& form, Fields& fields, std::int32_t offset) {
  if ((offset & 1) != 0) return false;
  const std::int32_t halfwords = offset / 2;
  const auto bits = static_cast<std::uint32_t>(halfwords);
  if (is_compare_and_branch(form)) {
    if (halfwords < 0 || halfwords > 63) return false;
    fields['i'] = bits;
    return true;
  }
  if (!is_wide(form)) {
    const int i_bits = width(form, 'i');
    if (!fits(halfwords, i_bits)) return false;
    fields['i'] = bits & ((1U << i_bits) - 1);
    return true;
  }
  const bool conditional = form.name == "B T3";
  if (!fits(halfwords, conditional ? 20 : 24)) return false;
  const std::uint32_t sign = bits >> 31U;
  fields['U'] = sign;
  fields['j'] = bits & 0x7FFU;
  if (conditional) {
    fields['i'] = bits >> 11U & 0x3FU;
    fields['J'] = bits >> 17U & 1U;
    fields['K'] = bits >> 18U & 1U;
  } else {
    fields['i'] = bits >> 11U & 0x3FFU;
    fields['K'] = (bits >> 21U & 1U) ^ sign ^ 1U;
    fields['J'] = (bits >> 22U & 1U) ^ sign ^ 1U;
  }
  return true;
}

std::int32_t branch_offset(const Form& form, const Fields& fields) {
  if (is_compare_and_branch(form)) return static_cast<std::int32_t>(fields['i']) * 2;
  if (!is_wide(form)) return sign_extend(fields['i'], width(form, 'i')) * 2;
  const std::uint32_t sign = fields['U'];
  if (form.name == "B T3") {
    const std::uint32_t value =
        sign << 19U | fields['K'] << 18U | fields['J'] << 17U | fields['i'] << 11U | fields['j'];
    return sign_extend(value, 20) * 2;
  }
  const std::uint32_t first = fields['J'] ^ sign ^ 1U;
  const std::uint32_t second = fields['K'] ^ sign ^ 1U;
  const std::uint32_t value = sign << 23U | first << 22U | second << 21U | fields['i'] << 11U | fields['j'];
  return sign_extend(value, 24) * 2;
}

}  // namespace systolite::cpu_test
