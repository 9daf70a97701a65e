// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/timing.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace systolite::cpu {
namespace {

constexpr int kMostCycles = 255;

bool is_single_load(Timing timing) {
  return timing == Timing::kLoad || timing == Timing::kLoadNarrow || timing == Timing::kLoadRegister;
}

bool is_data_processing(Timing timing) { return timing <= Timing::kSaturate && timing != Timing::kNop; }

bool is_unaligned_wide(const Decoded& d) { return d.wide && (d.insn.pc & 2U) != 0; }

// Without anything that depends on the neighbours.
int base_cycles(const CoreTiming& t, const Decoded& d) {
  const int steps = (d.words + t.multiple_words_at_once - 1) / t.multiple_words_at_once;
  const int multiple = t.multiple_base + t.multiple_per_word * steps;
  switch (d.timing) {
    case Timing::kAlu:
    case Timing::kShift:
    case Timing::kShiftedOperand:
    case Timing::kMove:
    case Timing::kNop:
    case Timing::kSimd:
    case Timing::kSaturate:
      return t.alu;
    case Timing::kMultiply:
      return t.multiply;
    case Timing::kMultiplyAccumulate:
      return t.multiply_accumulate;
    case Timing::kLongMultiply:
      return t.long_multiply;
    case Timing::kLongAccumulate:
      return t.long_accumulate;
    case Timing::kDivide:
      return t.divide_min;
    case Timing::kLoad:
    case Timing::kLoadNarrow:
    case Timing::kLoadRegister:
    case Timing::kLoadPc:
      return t.load;
    case Timing::kStore:
      return t.store;
    case Timing::kStoreRegister:
      return t.store_register_offset;
    case Timing::kMultiple:
    case Timing::kFloatMultiple:
      return multiple;
    case Timing::kPopPc:
      return multiple + t.pop_pc_extra;
    case Timing::kBranch:
    case Timing::kBranchLink:
    case Timing::kBranchRegister:
      return t.branch;
    case Timing::kTableBranch:
      return t.table_branch;
    case Timing::kIt:
      return t.it_after_wide;
    case Timing::kSystemRegister:
      return t.system_register;
    case Timing::kBarrier:
      return t.barrier;
    case Timing::kFloatMove:
      return t.float_move;
    case Timing::kFloatAdd:
      return t.float_add;
    case Timing::kFloatMultiply:
      return t.float_multiply;
    case Timing::kFloatMultiplyAccumulate:
      return t.float_multiply_accumulate;
    case Timing::kFloatDivide:
      return t.float_divide;
    case Timing::kFloatLoad:
      return t.float_load;
    case Timing::kFloatStore:
      return t.float_store;
  }
  return t.alu;
}

void assign_sequential(const CoreTiming& t, std::vector<Decoded>& run) {
  const Decoded* before = nullptr;
  int unaligned_wides = 0;
  for (Decoded& d : run) {
    int cycles = base_cycles(t, d);
    if (before != nullptr) {
      const bool after_load = is_single_load(before->timing);
      const bool uses_result = (before->writes & ~before->written_back & d.address) != 0;
      if (after_load && !uses_result && is_single_load(d.timing)) cycles = t.load_after_load;
      if (after_load && !uses_result && d.timing == Timing::kStoreRegister) cycles = t.store_register_offset_after_load;
      if (uses_result && is_data_processing(before->timing)) cycles += t.address_dependency;
      if (d.timing == Timing::kIt && !before->wide) cycles = t.it_after_narrow;
    }
    unaligned_wides = is_unaligned_wide(d) ? unaligned_wides + 1 : 0;
    if (unaligned_wides == 3) cycles += t.third_unaligned_wide;
    d.insn.cycles = static_cast<std::uint8_t>(std::min(cycles, kMostCycles));
    before = &d;
  }
}

// --- In order, with the cycle in which each register can be used.

int latency(const CoreTiming& t, const Decoded& d, int busy) {
  switch (d.timing) {
    case Timing::kLoad:
    case Timing::kLoadRegister:
      return t.latency_load;
    case Timing::kLoadNarrow:
      return t.latency_load_narrow;
    case Timing::kMultiply:
    case Timing::kMultiplyAccumulate:
    case Timing::kLongMultiply:
    case Timing::kLongAccumulate:
      return std::max(t.latency_multiply, busy);
    case Timing::kShiftedOperand:
      return t.latency_shifted_operand;
    case Timing::kSimd:
      return t.latency_simd;
    case Timing::kSaturate:
      return t.latency_saturate;
    case Timing::kMultiple:
      return busy - 1 + t.latency_load;
    default:
      return busy;
  }
}

bool is_multiply(Timing timing) { return timing >= Timing::kMultiply && timing <= Timing::kLongAccumulate; }

bool issues_alone(Timing timing) {
  switch (timing) {
    case Timing::kDivide:
    case Timing::kMultiple:
    case Timing::kPopPc:
    case Timing::kLoadPc:
    case Timing::kTableBranch:
    case Timing::kSystemRegister:
    case Timing::kBarrier:
    case Timing::kFloatDivide:
    case Timing::kFloatMultiple:
      return true;
    default:
      return false;
  }
}

bool is_store(Timing timing) {
  return timing == Timing::kStore || timing == Timing::kStoreRegister || timing == Timing::kFloatStore;
}

bool is_branch(Timing timing) { return timing >= Timing::kLoadPc && timing <= Timing::kTableBranch; }

// What the narrow pairing needs one of.
bool is_simple(const Decoded& d) {
  switch (d.timing) {
    case Timing::kMove:
    case Timing::kBranch:
    case Timing::kIt:
      return true;
    case Timing::kAlu:
      return d.immediate_sum;
    case Timing::kShift:
      return d.extends;
    default:
      return false;
  }
}

bool may_pair(const CoreTiming& t, const Decoded& first, const Decoded& second) {
  if (issues_alone(first.timing) || issues_alone(second.timing) || is_branch(first.timing)) return false;
  // A predicted branch does not wait for its flags.
  const std::uint32_t waits_for =
      second.reads & (t.mispredict_penalty != 0 && second.conditional_branch ? ~kFlagsBit : ~0U);
  if ((first.writes & waits_for) != 0 || (first.writes & second.writes & ~kFlagsBit) != 0) return false;
  if (t.pairing == Pairing::kNarrow) return !first.wide && !second.wide && (is_simple(first) || is_simple(second));
  if (t.pairing != Pairing::kSuperscalar) return false;
  const auto both = [&](auto&& is) { return is(first.timing) && is(second.timing); };
  const auto is_shift = [](Timing timing) { return timing == Timing::kShift || timing == Timing::kShiftedOperand; };
  return !both(is_store) && !both(is_multiply) && !both(is_shift) && !second.first_only;
}

void assign_scoreboard(const CoreTiming& t, std::vector<Decoded>& run) {
  std::array<int, 17> ready{};  // by register and for the flags; long ago for what came in
  ready.fill(-kMostCycles);
  int free = 0;        // the first cycle in which another instruction can start
  int started = -1;    // when the last one started
  bool alone = false;  // it has its cycle for itself, and may share it
  const Decoded* before = nullptr;
  for (Decoded& d : run) {
    const int busy = base_cycles(t, d);
    int operands = 0;
    for (unsigned reg = 0; reg < ready.size(); ++reg) {
      if ((d.reads >> reg & 1U) == 0) continue;
      if (reg == 16 && t.mispredict_penalty != 0 && d.conditional_branch) continue;
      int needed = ready[reg];
      const auto in = [reg](std::uint32_t mask) { return (mask >> reg & 1U) != 0; };
      if (in(d.address)) needed += t.address_needed_early;
      if (in(d.shifted)) needed += t.shifted_needed_early;
      if (in(d.late)) needed -= is_multiply(d.timing) ? t.addend_needed_late : t.store_data_needed_late;
      operands = std::max(operands, needed);
    }
    const bool pairs = before != nullptr && alone && busy <= 1 && operands <= started && may_pair(t, *before, d);
    const int start = pairs ? started : std::max(free, operands);
    const int end = pairs ? free : start + busy;
    d.insn.cycles = static_cast<std::uint8_t>(std::min(end - free, kMostCycles));
    alone = !pairs && busy == 1;
    free = end;
    started = start;
    for (unsigned reg = 0; reg < ready.size(); ++reg) {
      if ((d.writes >> reg & 1U) == 0) continue;
      const bool by_address_unit = (d.written_back >> reg & 1U) != 0;
      ready[reg] = start + (by_address_unit ? 1 - t.address_needed_early : latency(t, d, std::max(busy, 1)));
    }
    before = &d;
  }
}

}  // namespace

int assign_cycles(const CoreTiming& timing, std::vector<Decoded>& run) {
  if (timing.pipeline == Pipeline::kSequential) {
    assign_sequential(timing, run);
  } else {
    assign_scoreboard(timing, run);
  }
  return is_unaligned_wide(run.front()) ? timing.unaligned_target : 0;
}

}  // namespace systolite::cpu
