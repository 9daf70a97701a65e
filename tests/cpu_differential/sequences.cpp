// SPDX-License-Identifier: Apache-2.0
// Instructions that need others around them, without branches.
#include <bit>

#include "tests/cpu_differential/block_generator.h"
#include "tests/cpu_differential/branch_offset.h"
#include "tests/cpu_differential/field_draw.h"

namespace systolite::cpu_test {
namespace {

std::uint32_t stacked_bytes(const Form& form, const Fields& fields) {
  if (has(form, 'r')) return 4 * static_cast<std::uint32_t>(std::popcount(register_list(form, fields)));
  if (form.name.starts_with('V')) return has(form, 'k') ? 8 * fields['k'] : 4 * fields['i'];
  return 4;
}

}  // namespace

void BlockGenerator::if_then() {
  if (random_.one_in(2)) {
    constant(random_.below(8), pointer_into_area(64, 4));
    out_->end_unit();
  }
  const std::uint32_t condition = random_.below(15);
  const std::uint32_t count = 1 + random_.below(4);
  std::uint32_t mask = 1U << (4 - count);
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint32_t other = condition == 14 ? 0 : random_.below(2);
    mask |= ((condition ^ other) & 1U) << (4 - i);
  }
  out_->emit("IT T1", {{'c', condition}, {'k', mask}});
  out_->set_skipped(true);
  for (std::uint32_t i = 1; i < count; ++i) plain(true);
  if (random_.one_in(4)) {  // a branch may only be the last
    const Form& branch = form_named(random_.one_in(2) ? "B T2" : "B T4");
    const std::uint32_t at = out_->here();
    out_->emit(branch, {});
    skipped_instructions();
    Fields fields;
    if (set_branch_offset(branch, fields, static_cast<std::int32_t>(out_->here() - (at + 4))))
      out_->patch(at, branch, fields);
  } else if (random_.one_in(8)) {
    out_->emit("MSR flags", {{'n', draw_register(random_, false)}});
  } else {
    plain(true);
  }
  out_->set_skipped(false);
}

void BlockGenerator::stack() {
  static constexpr std::array<std::string_view, 14> kNames = {
      "PUSH T1", "POP T1",  "PUSH T1", "POP T1",       "ADD SP imm T2", "SUB SP imm T1", "PUSH T2",
      "POP T2",  "PUSH T3", "POP T3",  "VPUSH single", "VPOP single",   "VPUSH double",  "VPOP double"};
  const bool interruptible = mix_ == Mix::kInterruptible;
  if (!interruptible && random_.one_in(6)) return stack_by_value();
  const std::uint32_t lowest = area_.base + TestArea::kStackLow;
  const std::uint32_t highest = area_.base + TestArea::kStackHigh;
  for (;;) {
    const Form& form = form_named(random_.one_in(8) ? (random_.one_in(2) ? "ADDW to SP" : "SUBW to SP")
                                                    : random_.of(std::span<const std::string_view>(kNames)));
    if (!out_->supports(form.isa) || (interruptible && form.name.starts_with("SUB"))) continue;
    Fields fields = draw_fields(form, random_);
    const bool immediate = form.name.find("SP") != std::string_view::npos;
    if (immediate) fields['i'] = random_.below(32) * (is_wide(form) ? 4 : 1);
    if (form.name.starts_with("VP") && has(form, 'i'))
      fields['i'] = 1 + random_.below(32 - (fields['d'] * 2 + fields['D']));
    if (form.name.starts_with("VP") && has(form, 'k')) fields['k'] = 1 + random_.below(16 - fields['d']);
    const std::uint32_t bytes = !immediate      ? stacked_bytes(form, fields)
                                : is_wide(form) ? fields['i']
                                                : fields['i'] * 4;
    const bool down = form.name.find("PUSH") != std::string_view::npos || form.name.starts_with("SUB");
    const std::uint32_t sp = *out_->known()[kSp];
    const std::uint32_t after = down ? sp - bytes : sp + bytes;
    if (after < lowest || after > highest) continue;
    out_->emit(form, fields);
    if (!down && has(form, 'r'))
      for (std::uint32_t r = 0; r < 15; ++r)
        if ((register_list(form, fields) >> r & 1U) != 0) out_->known()[r].reset();
    out_->known()[kSp] = after;
    return;
  }
}

void BlockGenerator::stack_by_value() {
  const std::uint32_t target = area_.base + TestArea::kStackLow + 4 * random_.below(96);
  const std::uint32_t r = draw_register(random_, !out_->supports(kV7M));
  if (random_.one_in(2)) {
    constant(r, target | random_.below(4));  // the lowest bits of the stack pointer stay zero
    out_->emit("MOV to SP", {{'m', r}});
  } else {
    constant(r, target - *out_->known()[kSp]);
    out_->emit("ADD to SP", {{'m', r}});
  }
  out_->known()[kSp] = target;
}

void BlockGenerator::literal() {
  static constexpr std::array<std::string_view, 10> kNames = {
      "LDR literal T1", "LDR literal T1", "LDR literal T2", "LDRH literal",        "LDRB literal",
      "LDRSH literal",  "LDRSB literal",  "LDRD literal",   "VLDR literal single", "VLDR literal double"};
  for (;;) {
    const Form& form = form_named(random_.of(std::span<const std::string_view>(kNames)));
    if (!out_->supports(form.isa)) continue;
    // Out of reach at the start of a long block of wide instructions.
    if (form.name == "LDR literal T1" && out_->supports(kV7M) && out_->instructions() < 50) continue;
    Fields fields = draw_fields(form, random_);
    if (form.name == "LDRD literal" && fields['t'] == fields['u']) continue;
    const bool bytes_matter =
        form.name.starts_with("LDRH") || form.name.starts_with("LDRB") || form.name.starts_with("LDRS");
    const std::size_t first = out_->add_literal(form.isa == kFloat ? draw_float(random_) : draw_word(random_));
    out_->add_literal(draw_word(random_));
    out_->emit_literal_load(form, fields, first, bytes_matter ? random_.below(4) : 0);
    return;
  }
}

void BlockGenerator::special_register() {
  static constexpr std::array<std::string_view, 17> kNames = {"MRS",
                                                              "MRS",
                                                              "MRS of Armv7-M",
                                                              "MRS of Armv8-M",
                                                              "MSR flags",
                                                              "MSR flags",
                                                              "MSR flags and GE",
                                                              "MSR flags and GE",
                                                              "MSR PSP",
                                                              "MSR PRIMASK",
                                                              "MSR BASEPRI",
                                                              "MSR BASEPRI_MAX",
                                                              "MSR FAULTMASK",
                                                              "MSR PSPLIM",
                                                              "CPS i",
                                                              "CPS f",
                                                              "VMSR"};
  for (;;) {
    const Form& form = form_named(random_.of(std::span<const std::string_view>(kNames)));
    if (!out_->supports(form.isa)) continue;
    Fields fields = draw_fields(form, random_);
    // Priorities that every number of priority bits keeps; stack limits below every stack.
    if (form.name.starts_with("MSR BASEPRI")) constant(fields['n'], random_.below(8) << 5U);
    if (form.name == "MSR PSPLIM") constant(fields['n'], random_.word() & 0xFFFFU);
    // Armv6-M has no saturation flag; qemu's Cortex-M0 keeps what is written there.
    if (form.name == "MSR flags" && !out_->supports(kV7M)) {
      fields['n'] = draw_register(random_, true);
      constant(fields['n'], random_.word() & 0xF0000000U);
    }
    if (form.name == "VMSR") constant(fields['t'], draw_word(random_) & kFpscrBits);
    out_->emit(form, fields);
    if (form.name == "MSR PSPLIM") {
      out_->emit("MRS of Armv8-M", {{'d', fields['n']}, {'s', 11}});
      const std::uint32_t zero = draw_register(random_, false);
      constant(zero, 0);
      out_->emit("MSR PSPLIM", {{'n', zero}});
    }
    return;
  }
}

void BlockGenerator::exclusive() {
  static constexpr std::array<std::array<std::string_view, 2>, 6> kPairs = {{{"LDREX T1", "STREX T1"},
                                                                             {"LDREXB T1", "STREXB T1"},
                                                                             {"LDREXH T1", "STREXH T1"},
                                                                             {"LDAEX T1", "STLEX T1"},
                                                                             {"LDAEXB T1", "STLEXB T1"},
                                                                             {"LDAEXH T1", "STLEXH T1"}}};
  const std::uint32_t pair = random_.below(out_->supports(kV8M) ? 6 : 3);
  const Form& load = form_named(kPairs[pair][0]);
  const Form& store = form_named(kPairs[pair][1]);
  Fields fields = draw_fields(store, random_);
  while (fields['t'] == fields['n']) fields['n'] = draw_register(random_, false);
  while (fields['d'] == fields['n'] || fields['d'] == fields['t']) fields['d'] = draw_register(random_, false);
  const std::uint32_t offset = has(store, 'i') ? fields['i'] * 4 : 0;
  constant(fields['n'], pointer_into_area(4, 4) - offset);
  if (random_.one_in(3)) {
    out_->emit("CLREX T1", {});  // fails: nothing is reserved
  } else {
    Fields load_fields = fields;
    load_fields['t'] = draw_register(random_, false);
    while (load_fields['t'] == fields['n']) load_fields['t'] = draw_register(random_, false);
    out_->emit(load, load_fields);
  }
  out_->emit(store, fields);
  if (random_.one_in(2)) out_->emit(store, fields);  // fails: the reservation is used up
}

}  // namespace systolite::cpu_test
