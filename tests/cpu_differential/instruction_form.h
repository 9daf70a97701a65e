// SPDX-License-Identifier: Apache-2.0
// One encoding of one instruction as a row of a table: a string of bits and field letters, as the encoding diagrams of
// the Armv6-M, Armv7-M and Armv8-M Architecture Reference Manuals (DDI 0419, DDI 0403, DDI 0553) show it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace systolite::cpu_test {

// Groups of instructions; a core has a set of them, a form needs one.
enum Isa : std::uint32_t {
  kV6M = 1,       // everything of Armv6-M
  kV7M = 2,       // what Armv7-M adds
  kDsp = 4,       // DSP extension
  kFloat = 8,     // FPv4-SP
  kFloat5 = 16,   // what FPv5 adds, single precision
  kV8M = 32,      // what Armv8-M mainline adds
  kV6MOnly = 64,  // registers of Armv6-M that the others number or size differently
};

// The values of the field letters. A field's value is its bits in the order of the diagram, most significant first.
class Fields {
 public:
  std::uint32_t& operator[](char letter) { return value_[index(letter)]; }
  std::uint32_t operator[](char letter) const { return value_[index(letter)]; }

 private:
  static std::size_t index(char letter) { return static_cast<std::size_t>(letter) & 63U; }  // 'A' to 'z'
  std::array<std::uint32_t, 64> value_{};
};

// How a form computes the address that it accesses from the base register 'n'.
enum class Addressing : std::uint8_t {
  kNone,      // accesses no memory
  kOffset,    // n + i * scale, n - i * scale when there is a field U and it is 0
  kNegative,  // n - i * scale
  kPre,       // as kOffset, and the base becomes the address
  kPost,      // n, and the base becomes what kOffset says
  kIndexed,   // n + (m << i)
  kUp,        // a list of registers from n upwards
  kDown,      // a list of registers below n
};

enum class Writeback : std::uint8_t { kByW, kAlways, kNever };  // of lists

struct Access {
  Addressing addressing = Addressing::kNone;
  int bytes = 0;         // of one element
  int scale = 1;         // of the immediate
  bool aligned = false;  // an unaligned address would fault
  Writeback writeback = Writeback::kByW;
};

using Rule = bool (*)(const Fields&);

struct Form {
  std::string_view name;  // the coverage bin
  std::string_view bits;  // 16 or 32 characters: '0', '1' or a field letter
  std::string_view text;  // assembly with fields in braces, see form_text.cpp
  Isa isa = kV6M;
  std::string_view writes = {};  // letters of the core registers that it changes
  Access access = {};
  Rule rule = nullptr;      // false: UNPREDICTABLE or another instruction
  bool conditional = true;  // allowed in an IT block
  bool free = true;         // drawn by itself; the others only as part of a sequence
};

// Letters of core registers. In forms of the floating-point unit without memory access 'd', 'n' and 'm' are the upper
// bits of floating-point registers.
inline constexpr std::string_view kCoreRegisterLetters = "dnmatulh";

[[nodiscard]] bool is_core_register(const Form& form, char letter);
[[nodiscard]] inline bool has(const Form& form, char letter) {
  return form.bits.find(letter) != std::string_view::npos;
}
[[nodiscard]] inline bool is_wide(const Form& form) { return form.bits.size() == 32; }
// Number of bits of a field.
[[nodiscard]] int width(const Form& form, char letter);

// The instruction, its first halfword in the upper half when it is wide.
[[nodiscard]] std::uint32_t encode(const Form& form, const Fields& fields);

// Assembly in unified syntax, outside IT blocks.
[[nodiscard]] std::string text(const Form& form, const Fields& fields);

// Registers of a list, bit n for register n.
[[nodiscard]] std::uint32_t register_list(const Form& form, const Fields& fields);

// The constant that a modified immediate stands for; the twelve bits i:imm3:imm8.
[[nodiscard]] std::uint32_t expand_immediate(std::uint32_t twelve_bits);

// All tables, one after the other.
[[nodiscard]] std::span<const Form> narrow_forms();
[[nodiscard]] std::span<const Form> data_forms();
[[nodiscard]] std::span<const Form> dsp_forms();
[[nodiscard]] std::span<const Form> memory_forms();
[[nodiscard]] std::span<const Form> float_forms();
[[nodiscard]] std::span<const Form> sequence_forms();
inline constexpr int kFormTables = 6;
[[nodiscard]] std::array<std::span<const Form>, kFormTables> all_forms();

// Throws std::logic_error when there is none of that name.
[[nodiscard]] const Form& form_named(std::string_view name);

}  // namespace systolite::cpu_test
