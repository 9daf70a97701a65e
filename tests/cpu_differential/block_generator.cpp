// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/block_generator.h"

#include <bit>

#include "tests/cpu_differential/field_draw.h"

namespace systolite::cpu_test {
namespace {

std::uint32_t accessed_bytes(const Form& form, const Fields& fields) {
  const auto element = static_cast<std::uint32_t>(form.access.bytes);
  if (form.access.addressing != Addressing::kUp && form.access.addressing != Addressing::kDown) return element;
  if (has(form, 'r')) return element * static_cast<std::uint32_t>(std::popcount(register_list(form, fields)));
  return element * (has(form, 'k') ? fields['k'] : fields['i']);
}

// What is added to the base, before or after the access.
std::uint32_t offset_of(const Form& form, const Fields& fields) {
  const std::uint32_t distance = fields['i'] * static_cast<std::uint32_t>(form.access.scale);
  const bool down = form.access.addressing == Addressing::kNegative || (has(form, 'U') && fields['U'] == 0);
  return down ? 0U - distance : distance;
}

// From the base to the lowest byte that is accessed.
std::uint32_t reach_of(const Form& form, const Fields& fields) {
  switch (form.access.addressing) {
    case Addressing::kPost:
    case Addressing::kUp:
      return 0;
    case Addressing::kDown:
      return 0U - accessed_bytes(form, fields);
    default:
      return offset_of(form, fields);
  }
}

bool writes_back(const Form& form, const Fields& fields) {
  switch (form.access.addressing) {
    case Addressing::kPre:
    case Addressing::kPost:
      return true;
    case Addressing::kUp:
    case Addressing::kDown:
      if (form.access.writeback == Writeback::kByW) return fields['W'] != 0;
      return form.access.writeback == Writeback::kAlways;
    default:
      return false;
  }
}

std::uint32_t base_after(const Form& form, const Fields& fields, std::uint32_t base) {
  switch (form.access.addressing) {
    case Addressing::kUp:
      return base + accessed_bytes(form, fields);
    case Addressing::kDown:
      return base - accessed_bytes(form, fields);
    default:
      return base + offset_of(form, fields);
  }
}

bool loads_list(const Form& form) { return has(form, 'r') && form.name.starts_with("LDM"); }

}  // namespace

BlockGenerator::BlockGenerator(const Core& core, TestArea area, std::uint32_t dump_address, std::uint64_t seed, Mix mix)
    : core_(core), area_(area), dump_address_(dump_address), random_(seed), mix_(mix) {
  const std::array<std::span<const Form>, 5> tables = {narrow_forms(), data_forms(), dsp_forms(), memory_forms(),
                                                       float_forms()};
  for (std::size_t i = 0; i < tables.size(); ++i)
    for (const Form& form : tables[i])
      if ((form.isa & core.isa) != 0 && form.free) forms_[i].push_back(&form);
}

std::vector<std::string_view> BlockGenerator::bins() const {
  std::vector<std::string_view> names;
  for (const std::span<const Form> table : all_forms())
    for (const Form& form : table)
      if ((form.isa & core_.isa) != 0) names.push_back(form.name);
  return names;
}

InitialState BlockGenerator::draw_state() {
  InitialState state;
  for (std::uint32_t& r : state.r) r = draw_word(random_);
  state.r[kSp] = area_.base + 256 + 4 * random_.below(33);
  state.apsr = random_.word() & 0xF8000000U;
  if ((core_.isa & kV7M) == 0) state.apsr &= 0xF0000000U;
  if ((core_.isa & kDsp) != 0) state.apsr |= random_.word() & 0x000F0000U;
  if ((core_.isa & kFloat) != 0) {
    for (std::uint32_t& s : state.s) s = draw_float(random_);
    state.fpscr = random_.word() & kFpscrBits;
    if (random_.one_in(2)) state.fpscr &= ~0x07C0009FU;
  }
  return state;
}

Block BlockGenerator::generate(std::uint32_t address, int instructions) {
  BlockWriter out(address, core_.isa, coverage_);
  out_ = &out;
  const InitialState state = draw_state();
  for (std::uint32_t r = 0; r <= kLr; ++r) out.known()[r] = state.r[r];
  while (out.instructions() < instructions) {
    mix_ == Mix::kFloat ? one_float_unit() : one_unit();
    out.end_unit();
  }
  out_ = nullptr;
  Block block = out.finish(dump_address_);
  block.initial = state;
  return block;
}

void BlockGenerator::one_unit() {
  switch (random_.below(24)) {
    case 0:
      return skip();
    case 1:
      return stack();
    case 2:
      return literal();
    case 3:
      return special_register();
    case 4:
      if (out_->supports(kV7M)) return if_then();
      return plain(false);
    case 5:
      if (out_->supports(kV7M) && mix_ != Mix::kInterruptible && random_.one_in(4)) return exclusive();
      return plain(false);
    case 6:
      // Fresh operands: results of results soon look alike.
      return constant(draw_register(random_, !out_->supports(kV7M)), draw_word(random_));
    default:
      return plain(false);
  }
}

// The cumulative flags start clear for every instruction and end up in a checksum in r12; left alone they would soon
// all be set. r10: modes, r11: factor of the checksum.
void BlockGenerator::one_float_unit() {
  const bool first = out_->instructions() == 0;
  if (first) constant(11, random_.word() | 1U);
  if (first || random_.one_in(8)) constant(10, random_.one_in(3) ? 0 : random_.word() & kFpscrBits & ~kFpscrCumulative);
  for (std::uint32_t count = random_.below(3); count > 0; --count) {
    Fields fields;
    fields['d'] = random_.below(16);
    fields['D'] = random_.below(2);
    out_->emit_literal_load(form_named("VLDR literal single"), fields, out_->add_literal(draw_float(random_)));
  }
  out_->emit("VMSR", {{'t', 10}});
  const Form* form = &draw_form(Group::kFloat, false);
  while (!form->writes.empty()) form = &draw_form(Group::kFloat, false);
  out_->emit(*form, draw_fields(*form, random_));
  out_->emit("VMRS", {{'t', 9}});
  out_->emit("MLA T1", {{'d', 12}, {'n', 12}, {'m', 11}, {'a', 9}});
}

BlockGenerator::Group BlockGenerator::draw_group() {
  for (;;) {
    const std::uint32_t draw = random_.below(100);
    const Group group = draw < 20   ? Group::kNarrow
                        : draw < 45 ? Group::kData
                        : draw < 65 ? Group::kDsp
                        : draw < 80 ? Group::kMemory
                                    : Group::kFloat;
    if (forms_[static_cast<std::size_t>(group)].empty()) continue;
    // The barriers are the only data forms of Armv6-M.
    if (group == Group::kData && !out_->supports(kV7M) && !random_.one_in(8)) continue;
    return group;
  }
}

const Form& BlockGenerator::draw_form(Group group, bool conditional) {
  const std::vector<const Form*>& forms = forms_[static_cast<std::size_t>(group)];
  for (;;) {
    const Form& form = *random_.of(std::span<const Form* const>(forms));
    if (!conditional || form.conditional) return form;
  }
}

void BlockGenerator::plain(bool conditional) { plain_of(draw_group(), conditional); }

void BlockGenerator::plain_of(Group group, bool conditional) {
  if (group == Group::kMemory) {
    if (memory(draw_form(group, conditional), conditional, !conditional)) return;
    group = Group::kNarrow;
  }
  const Form& form = draw_form(group, conditional);
  out_->emit(form, draw_fields(form, random_));
}

std::uint32_t BlockGenerator::alignment_of(const Form& form) {
  // A list or a double register is aligned to words.
  const std::uint32_t natural = form.access.bytes >= 4 ? 4 : static_cast<std::uint32_t>(form.access.bytes);
  const bool aligned = form.access.aligned || !out_->supports(kV7M) || !random_.one_in(4);
  return aligned ? natural : 1;
}

std::uint32_t BlockGenerator::pointer_into_area(std::uint32_t bytes, std::uint32_t alignment) {
  const std::uint32_t room = TestArea::kBytes - lowest_data() - bytes;
  return area_.base + lowest_data() + random_.below(room / alignment + 1) * alignment;
}

bool BlockGenerator::memory(const Form& form, bool conditional, bool may_prepare) {
  Fields fields = draw_fields(form, random_);
  if (may_prepare && random_.one_in(2)) {
    prepare_base(form, fields);
    finish_access(form, fields, conditional);
    return true;
  }
  for (int attempt = 0; attempt < 12; ++attempt) {
    if (try_known_base(form, fields)) {
      finish_access(form, fields, conditional);
      return true;
    }
    fields = draw_fields(form, random_);
  }
  if (!may_prepare) return false;
  prepare_base(form, fields);
  finish_access(form, fields, conditional);
  return true;
}

// Takes a register as base that already points close enough. An index register needs a value of its own.
bool BlockGenerator::try_known_base(const Form& form, Fields& fields) {
  if (form.access.addressing == Addressing::kIndexed) return false;
  const bool fixed_to_sp = !has(form, 'n');
  if (!fixed_to_sp) {
    const std::uint32_t low_only = width(form, 'n') == 3 ? 8 : 15;
    fields['n'] = random_.below(low_only);
    if (fields['n'] == kSp && writes_back(form, fields)) return false;
    if (form.rule != nullptr && !form.rule(fields)) return false;
  }
  const std::uint32_t n = fixed_to_sp ? kSp : fields['n'];
  if (!out_->known()[n]) return false;
  const std::uint32_t address = *out_->known()[n] + reach_of(form, fields);
  const std::uint32_t from_base = address - area_.base;
  const std::uint32_t bytes = accessed_bytes(form, fields);
  const std::uint32_t lowest = fixed_to_sp ? 0 : lowest_data();
  return from_base >= lowest && from_base < TestArea::kBytes && from_base + bytes <= TestArea::kBytes &&
         address % alignment_of(form) == 0;
}

void BlockGenerator::prepare_base(const Form& form, Fields& fields) {
  if (!has(form, 'n')) {  // relative to the stack pointer
    const std::uint32_t sp = *out_->known()[kSp];
    fields['i'] = random_.below((area_.base + TestArea::kBytes - sp) / 4) & ((1U << width(form, 'i')) - 1);
    return;
  }
  const std::uint32_t address = pointer_into_area(accessed_bytes(form, fields), alignment_of(form));
  std::uint32_t base = address - reach_of(form, fields);
  if (form.access.addressing == Addressing::kIndexed) {
    while (fields['n'] == fields['m']) fields['m'] = draw_register(random_, width(form, 'm') == 3);
    const std::uint32_t index = random_.one_in(2) ? random_.below(64) : draw_word(random_);
    base = address - (index << (has(form, 'i') ? fields['i'] : 0U));
    constant(fields['m'], index);
  }
  out_->end_unit();
  constant(fields['n'], base);
  out_->end_unit();
}

void BlockGenerator::finish_access(const Form& form, const Fields& fields, bool conditional) {
  std::optional<std::uint32_t> base;
  if (has(form, 'n') && !conditional) base = out_->known()[fields['n']];
  const bool kept = has(form, 'n') && !writes_back(form, fields) && form.writes.find('t') == std::string_view::npos &&
                    !loads_list(form);
  out_->emit(form, fields);
  if (loads_list(form)) {
    const std::uint32_t list = register_list(form, fields);
    for (std::uint32_t r = 0; r < 16; ++r)
      if ((list >> r & 1U) != 0) out_->known()[r].reset();
  }
  if (!base) return;
  if (kept) out_->known()[fields['n']] = base;
  if (writes_back(form, fields)) out_->known()[fields['n']] = base_after(form, fields, *base);
}

void BlockGenerator::constant(std::uint32_t r, std::uint32_t value) {
  const bool v7 = out_->supports(kV7M);
  const std::uint32_t choice = random_.below(3);
  if (v7 && choice == 0) {
    out_->emit("MOV imm T3", {{'d', r}, {'j', value >> 12U & 0xFU}, {'i', value & 0xFFFU}});
    if (value >> 16U != 0) out_->emit("MOVT T1", {{'d', r}, {'j', value >> 28U}, {'i', value >> 16U & 0xFFFU}});
  } else {
    Fields fields;
    fields['t'] = r;
    const bool narrow = r < 8 && (!v7 || (choice == 1 && out_->instructions() > 50));
    out_->emit_literal_load(form_named(narrow ? "LDR literal T1" : "LDR literal T2"), fields, out_->add_literal(value));
  }
  out_->known()[r] = value;
}

}  // namespace systolite::cpu_test
