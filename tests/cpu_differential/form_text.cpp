// SPDX-License-Identifier: Apache-2.0
// Templates of assembly text. In braces:
//   d n m a t u l h   a core register           sd sn sm, dd dn dm   a single, a double register (field and its extra
//   bit) i k ... #i*4      an immediate, scaled      x?a:b                a when field x is 0, else b mod  modified
//   immediate     sh  shift of a shifted register     rot  rotation     list, slist, dlist  registers target  of a
//   branch, relative to the instruction
#include <bit>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "tests/cpu_differential/branch_offset.h"
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {
namespace {

std::string core_register(std::uint32_t number) {
  if (number == 13) return "sp";
  if (number == 14) return "lr";
  if (number == 15) return "pc";
  return "r" + std::to_string(number);
}

std::string list_of(std::uint32_t mask) {
  std::string names;
  for (std::uint32_t r = 0; r < 16; ++r)
    if ((mask >> r & 1U) != 0) names += (names.empty() ? "" : ", ") + core_register(r);
  return "{" + names + "}";
}

std::string float_list(char prefix, std::uint32_t first, std::uint32_t count) {
  const std::string head = "{" + std::string(1, prefix) + std::to_string(first);
  return count == 1 ? head + "}" : head + "-" + std::string(1, prefix) + std::to_string(first + count - 1) + "}";
}

constexpr std::string_view kShifts[] = {"lsl", "lsr", "asr", "ror"};

std::string shift(std::uint32_t type, std::uint32_t amount) {
  if (type == 3 && amount == 0) return ", rrx";
  if (type == 0 && amount == 0) return "";
  return ", " + std::string(kShifts[type]) + " #" + std::to_string(amount == 0 ? 32 : amount);
}

// VFPExpandImm of the manuals, single precision.
std::string float_constant(std::uint32_t eight_bits) {
  const std::uint32_t exponent = ((eight_bits & 0x40U) != 0 ? 0x7CU : 0x80U) | (eight_bits >> 4U & 3U);
  const std::uint32_t bits = (eight_bits & 0x80U) << 24U | exponent << 23U | (eight_bits & 0xFU) << 19U;
  std::ostringstream out;
  out.precision(9);
  out << std::bit_cast<float>(bits);
  return out.str();
}

std::uint32_t single_register(const Fields& fields, char letter, char extra) {
  return fields[letter] * 2 + fields[extra];
}

std::string special_register(std::uint32_t number) {
  static constexpr std::pair<std::uint32_t, std::string_view> kNames[] = {
      {0, "apsr"},     {1, "iapsr"},        {2, "eapsr"},      {3, "xpsr"},    {5, "ipsr"},    {6, "epsr"},
      {7, "iepsr"},    {8, "msp"},          {9, "psp"},        {10, "msplim"}, {11, "psplim"}, {16, "primask"},
      {17, "basepri"}, {18, "basepri_max"}, {19, "faultmask"}, {20, "control"}};
  for (const auto& [value, name] : kNames)
    if (value == number) return std::string(name);
  throw std::logic_error("no special register " + std::to_string(number));
}

constexpr std::string_view kConditions[] = {"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
                                            "hi", "ls", "ge", "lt", "gt", "le", "al"};

// IT with instructions that do nothing, which the assembler wants to see behind it.
std::string if_then(const Fields& fields) {
  const std::uint32_t condition = fields['c'];
  const int count = 4 - std::countr_zero(fields['k']);
  std::string letters;
  std::string body = "\nnop" + std::string(kConditions[condition]) + ".n";
  for (int i = 1; i < count; ++i) {
    const bool same = (fields['k'] >> (4 - i) & 1U) == (condition & 1U);
    letters += same ? 't' : 'e';
    body += "\nnop" + std::string(kConditions[same ? condition : condition ^ 1U]) + ".n";
  }
  return "it" + letters + " " + std::string(kConditions[condition]) + body;
}

std::string token(const Form& form, const Fields& fields, const std::string& name) {
  if (const std::size_t mark = name.find('?'); mark != std::string::npos) {
    const std::size_t colon = name.find(':', mark);
    return fields[name[0]] == 0 ? name.substr(mark + 1, colon - mark - 1) : name.substr(colon + 1);
  }
  if (const std::size_t star = name.find('*'); star != std::string::npos)
    return std::to_string(fields[name[0]] * static_cast<std::uint32_t>(std::atoi(name.c_str() + star + 1)));
  if (const std::size_t plus = name.find('+'); plus != std::string::npos)
    return std::to_string(fields[name[0]] + static_cast<std::uint32_t>(std::atoi(name.c_str() + plus + 1)));
  if (name == "mod") return std::to_string(expand_immediate(fields['i']));
  if (name == "sh") return shift(fields['y'], fields['i']);
  if (name == "shift") return std::string(kShifts[fields['y']]);
  if (name == "sat") return fields['Y'] == 0 ? shift(0, fields['i']) : shift(2, fields['i']);
  if (name == "imm5") return std::to_string(fields['i'] == 0 ? 32 : fields['i']);
  if (name == "rot") return fields['w'] == 0 ? "" : ", ror #" + std::to_string(fields['w'] * 8);
  if (name == "imm16") return std::to_string((fields['j'] << 12U) | (fields['i'] & 0xFFFU));
  if (name == "bits") return std::to_string(fields['k'] - fields['i'] + 1);
  if (name == "list") return list_of(register_list(form, fields));
  if (name == "fconst") return float_constant(fields['i']);
  if (name == "fbits") return std::to_string((fields['x'] == 0 ? 16 : 32) - (fields['j'] * 2 + fields['i']));
  if (name == "slist") return float_list('s', single_register(fields, 'd', 'D'), fields['i']);
  if (name == "dlist") return float_list('d', fields['d'], fields['k']);
  if (name == "sm2") return "s" + std::to_string(single_register(fields, 'm', 'M') + 1);
  if (name == "vsel") return std::string(std::array<std::string_view, 4>{"eq", "vs", "ge", "gt"}[fields['c']]);
  if (name == "pclist") return list_of(register_list(form, fields) | 1U << 15U);
  if (name == "it") return if_then(fields);
  if (name == "target") return ".+" + std::to_string(branch_offset(form, fields) + 4);
  if (name == "sys") return special_register(fields['s']);
  if (name == "apsr") return fields['g'] == 1 ? "apsr_g" : fields['g'] == 2 ? "apsr_nzcvq" : "apsr_nzcvqg";
  if (name == "cond") return std::string(kConditions[fields['c']]);
  if (name.size() == 2 && (name[0] == 's' || name[0] == 'd')) {
    const char letter = name[1];
    const char extra = static_cast<char>(letter - 'a' + 'A');
    return name[0] == 's' ? "s" + std::to_string(single_register(fields, letter, extra))
                          : "d" + std::to_string(fields[letter]);
  }
  if (name.size() == 1) {
    if (is_core_register(form, name[0])) return core_register(fields[name[0]]);
    return std::to_string(fields[name[0]]);
  }
  throw std::logic_error("no such token: " + name);
}

}  // namespace

std::string text(const Form& form, const Fields& fields) {
  std::string out;
  const std::string_view in = form.text;
  for (std::size_t i = 0; i < in.size();) {
    if (in[i] != '{') {
      out += in[i++];
      continue;
    }
    const std::size_t close = in.find('}', i);
    out += token(form, fields, std::string(in.substr(i + 1, close - i - 1)));
    i = close + 1;
  }
  return out;
}

}  // namespace systolite::cpu_test
