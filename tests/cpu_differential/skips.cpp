// SPDX-License-Identifier: Apache-2.0
// Branches of every kind: forward over a few instructions, and short loops.
#include <stdexcept>

#include "tests/cpu_differential/block_generator.h"
#include "tests/cpu_differential/branch_offset.h"
#include "tests/cpu_differential/field_draw.h"

namespace systolite::cpu_test {

// Whatever they do, they may not have done.
void BlockGenerator::skipped_instructions() {
  const BlockWriter::Known before = out_->known();
  out_->set_skipped(true);
  for (std::uint32_t count = random_.below(4); count > 0; --count) plain(false);
  out_->set_skipped(false);
  for (std::size_t r = 0; r < before.size(); ++r)
    if (out_->known()[r] != before[r]) out_->known()[r].reset();
}

void BlockGenerator::skip() {
  switch (random_.below(8)) {
    case 0:
    case 1:
    case 2:
      return skip_by_offset();
    case 3:
      return skip_by_register();
    case 4:
      return out_->supports(kV7M) && random_.one_in(2) ? skip_by_loaded_address() : skip_by_stacked_address();
    case 5:
      return out_->supports(kV7M) ? skip_by_table() : skip_by_offset();
    case 6:
      return loop();
    default:
      return back_and_forth();
  }
}

void BlockGenerator::skip_by_offset() {
  static constexpr std::array<std::string_view, 8> kNames = {"B T1", "B T1",   "B T2",    "B T3",
                                                             "B T4", "CBZ T1", "CBNZ T1", "BL T1"};
  for (;;) {
    const Form& form = form_named(random_.of(std::span<const std::string_view>(kNames)));
    if (!out_->supports(form.isa)) continue;
    Fields fields = draw_fields(form, random_);
    const std::uint32_t at = out_->here();
    out_->emit(form, fields);
    if (form.name == "BL T1") out_->known()[kLr].reset();
    skipped_instructions();
    // A compare-and-branch cannot reach the next instruction.
    if (form.name.starts_with("CB") && out_->here() == at + 2) out_->emit("NOP T1", {});
    if (!set_branch_offset(form, fields, static_cast<std::int32_t>(out_->here() - (at + 4))))
      throw std::logic_error("a skip is too long");
    out_->patch(at, form, fields);
    return;
  }
}

void BlockGenerator::skip_by_register() {
  static constexpr std::array<std::string_view, 4> kNames = {"BX T1", "BLX reg T1", "MOV to pc", "ADD to pc"};
  const Form& form = form_named(random_.of(std::span<const std::string_view>(kNames)));
  const bool low = !out_->supports(kV7M);
  const std::uint32_t m = draw_register(random_, low);
  Fields load;
  load['t'] = m;
  const std::size_t target = out_->add_literal(0);
  out_->emit_literal_load(form_named(low ? "LDR literal T1" : "LDR literal T2"), load, target);
  const std::uint32_t at = out_->here();
  Fields fields;
  fields['m'] = m;
  out_->emit(form, fields);
  if (form.name == "BLX reg T1") out_->known()[kLr].reset();
  skipped_instructions();
  out_->set_literal(target, form.name == "ADD to pc" ? out_->here() - (at + 4) : out_->here() | 1U);
}

void BlockGenerator::skip_by_loaded_address() {
  const std::size_t target = out_->add_literal(0);
  if (random_.one_in(3)) {
    out_->emit_literal_load(form_named("LDR literal to pc"), {}, target);
  } else {
    // The address goes through memory.
    const std::uint32_t n = random_.below(7);
    const std::uint32_t t = n + 1;
    const std::uint32_t place = pointer_into_area(64, 4);
    Fields load;
    load['t'] = t;
    out_->emit_literal_load(form_named("LDR literal T2"), load, target);
    constant(n, place);
    if (random_.one_in(2)) {
      const std::uint32_t offset = 4 * random_.below(15);
      out_->emit("STR imm12", {{'t', t}, {'n', n}, {'i', offset}});
      out_->emit("LDR imm to pc", {{'n', n}, {'i', offset}});
    } else {
      const std::uint32_t writeback = random_.below(2);
      out_->emit("STR imm12", {{'t', t}, {'n', n}, {'i', 8}});
      out_->emit("LDM to pc", {{'n', n}, {'W', writeback}, {'r', 0x1800}});  // r11, r12
      out_->known()[11].reset();
      out_->known()[12].reset();
      if (writeback != 0) out_->known()[n] = place + 12;
    }
  }
  skipped_instructions();
  out_->set_literal(target, out_->here() | 1U);
}

void BlockGenerator::skip_by_stacked_address() {
  if (*out_->known()[kSp] < area_.base + TestArea::kStackLow + 32) return skip_by_offset();
  const std::uint32_t r = 2 + random_.below(6);
  const std::uint32_t lower = random_.below(1U << r);  // registers below r travel with it
  const std::size_t target = out_->add_literal(0);
  Fields load;
  load['t'] = r;
  out_->emit_literal_load(form_named(out_->supports(kV7M) ? "LDR literal T2" : "LDR literal T1"), load, target);
  out_->emit("PUSH T1", {{'r', lower | 1U << r}});
  out_->emit("POP with pc", {{'r', lower}});
  skipped_instructions();
  out_->set_literal(target, out_->here() | 1U);
}

void BlockGenerator::skip_by_table() {
  const bool halfwords = random_.one_in(2);
  const bool from_pc = random_.one_in(2);
  const std::uint32_t m = draw_register(random_, false);
  std::uint32_t n = draw_register(random_, false);
  while (n == m) n = draw_register(random_, false);
  const std::uint32_t entries = 1 + random_.below(8);
  const std::uint32_t index = random_.below(entries);
  const std::size_t table_address = out_->add_literal(0);
  if (!from_pc) {
    Fields load;
    load['t'] = n;
    out_->emit_literal_load(form_named("LDR literal T2"), load, table_address);
  }
  constant(m, index);
  const Form& form = form_named(halfwords ? (from_pc ? "TBH of pc" : "TBH T1") : (from_pc ? "TBB of pc" : "TBB T1"));
  Fields fields;
  fields['n'] = n;
  fields['m'] = m;
  out_->emit(form, fields);
  const std::uint32_t table = out_->here();
  const std::uint32_t table_bytes = halfwords ? entries * 2 : (entries + 1) & ~1U;
  out_->set_literal(table_address, table);
  // What is skipped need not even be instructions.
  const std::uint32_t skipped_halfwords = random_.below(4);
  const std::uint32_t distance = table_bytes / 2 + skipped_halfwords;
  std::vector<std::uint8_t> bytes(table_bytes);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::uint32_t entry = i == index ? distance : random_.word();
    if (halfwords) {
      bytes[2 * i] = static_cast<std::uint8_t>(entry);
      bytes[2 * i + 1] = static_cast<std::uint8_t>(entry >> 8U);
    } else {
      bytes[i] = static_cast<std::uint8_t>(entry);
    }
  }
  out_->emit_data(bytes);
  for (std::uint32_t i = 0; i < skipped_halfwords; ++i)
    out_->emit_data({static_cast<std::uint8_t>(random_.word()), static_cast<std::uint8_t>(random_.below(8))});
}

// Counts down over arithmetic that leaves the counter alone.
void BlockGenerator::loop() {
  const std::uint32_t counter = random_.below(8);
  constant(counter, 1 + random_.below(3));
  const std::uint32_t start = out_->here();
  for (std::uint32_t count = random_.below(4); count > 0;) {
    const Group group = draw_group();
    if (group == Group::kMemory) continue;
    const Form& form = draw_form(group, false);
    const Fields fields = draw_fields(form, random_);
    bool changes_counter = false;
    for (const char letter : form.writes) changes_counter = changes_counter || fields[letter] == counter;
    if (changes_counter) continue;
    out_->emit(form, fields);
    --count;
  }
  out_->emit("SUB imm T2", {{'d', counter}, {'i', 1}});
  const Form& form = form_named(out_->supports(kV7M) && random_.one_in(2) ? "B T3" : "B T1");
  Fields fields;
  fields['c'] = 1;  // not equal
  if (!set_branch_offset(form, fields, static_cast<std::int32_t>(start - (out_->here() + 4))))
    throw std::logic_error("a loop is too long");
  out_->emit(form, fields);
}

// Forward to the end, back to the start, forward again.
void BlockGenerator::back_and_forth() {
  const bool v7 = out_->supports(kV7M);
  const Form& forward = form_named(v7 && random_.one_in(2) ? "B T4" : "B T2");
  const Form& back = form_named(random_.one_in(2) ? "BL T1" : v7 && random_.one_in(2) ? "B T4" : "B T2");
  const std::uint32_t first = out_->here();
  out_->emit(forward, {});
  const std::uint32_t middle = out_->here();
  plain_of(Group::kNarrow, false);
  const std::uint32_t second = out_->here();
  out_->emit(forward, {});
  const std::uint32_t last = out_->here();
  out_->emit(back, {});
  if (back.name == "BL T1") out_->known()[kLr].reset();
  const std::uint32_t end = out_->here();
  const auto aim = [&](std::uint32_t at, const Form& branch, std::uint32_t target) {
    Fields fields;
    if (!set_branch_offset(branch, fields, static_cast<std::int32_t>(target - (at + 4))))
      throw std::logic_error("a branch is too long");
    out_->patch(at, branch, fields);
  };
  aim(first, forward, last);
  aim(second, forward, end);
  aim(last, back, middle);
}

}  // namespace systolite::cpu_test
