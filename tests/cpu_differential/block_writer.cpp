// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/block_writer.h"

#include <stdexcept>

#include "tests/cpu_differential/branch_offset.h"

namespace systolite::cpu_test {

void BlockWriter::append_halfword(std::uint32_t halfword) {
  code_.push_back(static_cast<std::uint8_t>(halfword));
  code_.push_back(static_cast<std::uint8_t>(halfword >> 8U));
}

void BlockWriter::place(std::uint32_t address, const Form& form, const Fields& fields) {
  const std::uint32_t code = encode(form, fields);
  std::size_t at = address - address_;
  const auto put = [&](std::uint32_t halfword) {
    code_[at++] = static_cast<std::uint8_t>(halfword);
    code_[at++] = static_cast<std::uint8_t>(halfword >> 8U);
  };
  if (is_wide(form)) put(code >> 16U);
  put(code);
}

void BlockWriter::emit(const Form& form, const Fields& fields) {
  if (!supports(form.isa)) throw std::logic_error(std::string(form.name) + " is not of this architecture");
  const std::uint32_t address = here();
  code_.resize(code_.size() + (is_wide(form) ? 4 : 2));
  place(address, form, fields);
  for (const char letter : form.writes) known_[fields[letter]].reset();
  if (skipped_) return;
  ++coverage_[form.name];
  ++instructions_;
}

void BlockWriter::emit(std::string_view name, std::initializer_list<std::pair<char, std::uint32_t>> fields) {
  Fields values;
  for (const auto& [letter, value] : fields) values[letter] = value;
  emit(form_named(name), values);
}

void BlockWriter::emit_data(const std::vector<std::uint8_t>& bytes) {
  code_.insert(code_.end(), bytes.begin(), bytes.end());
}

void BlockWriter::patch(std::uint32_t address, const Form& form, const Fields& fields) { place(address, form, fields); }

std::size_t BlockWriter::add_literal(std::uint32_t value) {
  literals_.push_back(value);
  return literals_.size() - 1;
}

void BlockWriter::emit_literal_load(const Form& form, const Fields& fields, std::size_t literal,
                                    std::uint32_t byte_offset) {
  loads_.push_back({&form, fields, here(), literal, byte_offset});
  emit(form, fields);
}

void BlockWriter::end_unit() {
  const auto end = static_cast<std::uint32_t>(code_.size());
  units_.push_back({unit_start_, end - unit_start_});
  unit_start_ = end;
}

Block BlockWriter::finish(std::uint32_t dump_address) {
  append_halfword(0xB5FF);  // push {r0-r7, lr}
  const Form& call = form_named("BL T1");
  Fields fields;
  if (!set_branch_offset(call, fields, static_cast<std::int32_t>(dump_address - (here() + 4))))
    throw std::logic_error("the dump is out of reach");
  const std::uint32_t address = here();
  code_.resize(code_.size() + 4);
  place(address, call, fields);
  while (here() % 4 != 0) append_halfword(0xBF00);
  const std::uint32_t pool = here();
  for (const std::uint32_t value : literals_) {
    append_halfword(value & 0xFFFFU);
    append_halfword(value >> 16U);
  }
  for (LiteralLoad& load : loads_) {
    const std::uint32_t base = (load.address + 4) & ~3U;
    const std::uint32_t distance = pool + static_cast<std::uint32_t>(load.literal) * 4 - base + load.byte_offset;
    const int bits = width(*load.form, 'i');
    load.fields['i'] = bits == 8 ? distance / 4 : distance;
    if (load.fields['i'] >> bits != 0) throw std::logic_error("a literal is out of reach");
    place(load.address, *load.form, load.fields);
  }
  return {.address = address_,
          .initial = {},
          .code = code_,
          .units = units_,
          .instructions = instructions_,
          .known_at_end = known_};
}

}  // namespace systolite::cpu_test
