// SPDX-License-Identifier: Apache-2.0
// Puts instructions one behind the other, with literals behind the last, and knows which registers hold known
// constants.
#pragma once

#include <array>
#include <optional>

#include "tests/cpu_differential/block.h"
#include "tests/cpu_differential/instruction_form.h"

namespace systolite::cpu_test {

inline constexpr std::uint32_t kSp = 13;
inline constexpr std::uint32_t kLr = 14;

class BlockWriter {
 public:
  BlockWriter(std::uint32_t address, std::uint32_t isa, Coverage& coverage)
      : address_(address), isa_(isa), coverage_(coverage) {}

  [[nodiscard]] bool supports(std::uint32_t isa) const { return (isa_ & isa) != 0; }
  // Of the next instruction.
  [[nodiscard]] std::uint32_t here() const { return address_ + static_cast<std::uint32_t>(code_.size()); }
  [[nodiscard]] int instructions() const { return instructions_; }

  // Appends an instruction. What it writes is no longer known.
  void emit(const Form& form, const Fields& fields);
  void emit(std::string_view name, std::initializer_list<std::pair<char, std::uint32_t>> fields);
  // Data between instructions, an even number of bytes.
  void emit_data(const std::vector<std::uint8_t>& bytes);

  // Replaces the instruction at `address`.
  void patch(std::uint32_t address, const Form& form, const Fields& fields);

  // A word behind the code. Its value may be set later.
  std::size_t add_literal(std::uint32_t value);
  void set_literal(std::size_t literal, std::uint32_t value) { literals_[literal] = value; }
  // Appends a form whose field 'i' is the distance to a literal plus `byte_offset`.
  void emit_literal_load(const Form& form, const Fields& fields, std::size_t literal, std::uint32_t byte_offset = 0);

  // What registers hold, as far as the text of the program says.
  using Known = std::array<std::optional<std::uint32_t>, 16>;
  Known& known() { return known_; }

  // Instructions that may be skipped count for nothing.
  void set_skipped(bool skipped) { skipped_ = skipped; }
  // Everything since the last call belongs together.
  void end_unit();

  // Appends the jump to the dump of the state, and the literals.
  [[nodiscard]] Block finish(std::uint32_t dump_address);

 private:
  struct LiteralLoad {
    const Form* form;
    Fields fields;
    std::uint32_t address;
    std::size_t literal;
    std::uint32_t byte_offset;
  };
  void append_halfword(std::uint32_t halfword);
  void place(std::uint32_t address, const Form& form, const Fields& fields);

  std::uint32_t address_;
  std::uint32_t isa_;
  Coverage& coverage_;
  std::vector<std::uint8_t> code_;
  std::vector<Unit> units_;
  std::uint32_t unit_start_ = 0;
  std::vector<std::uint32_t> literals_;
  std::vector<LiteralLoad> loads_;
  Known known_{};
  bool skipped_ = false;
  int instructions_ = 0;
};

}  // namespace systolite::cpu_test
