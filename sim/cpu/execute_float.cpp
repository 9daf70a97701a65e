// SPDX-License-Identifier: Apache-2.0
// Floating point: arithmetic, conversion, comparison.
#include "sim/cpu/execute.h"
#include "sim/cpu/float_arithmetic.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSign = 0x80000000U;

bool ready(Machine& m) { return m.fp_ready || m.prepare_fp(); }

template <FloatOp kOp>
void binary(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_binary(kOp, m.s[i.rn], m.s[i.rm], m.fpscr);
}

template <FloatOp kOp>
void accumulate(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_accumulate(kOp, m.s[i.rd], m.s[i.rn], m.s[i.rm], m.fpscr);
}

}  // namespace

Handler float_handler(FloatOp op) {
  switch (op) {
    case FloatOp::kMla:
      return accumulate<FloatOp::kMla>;
    case FloatOp::kMls:
      return accumulate<FloatOp::kMls>;
    case FloatOp::kNmla:
      return accumulate<FloatOp::kNmla>;
    case FloatOp::kNmls:
      return accumulate<FloatOp::kNmls>;
    case FloatOp::kFma:
      return accumulate<FloatOp::kFma>;
    case FloatOp::kFms:
      return accumulate<FloatOp::kFms>;
    case FloatOp::kFnma:
      return accumulate<FloatOp::kFnma>;
    case FloatOp::kFnms:
      return accumulate<FloatOp::kFnms>;
    case FloatOp::kMul:
      return binary<FloatOp::kMul>;
    case FloatOp::kNmul:
      return binary<FloatOp::kNmul>;
    case FloatOp::kAdd:
      return binary<FloatOp::kAdd>;
    case FloatOp::kSub:
      return binary<FloatOp::kSub>;
    case FloatOp::kDiv:
      return binary<FloatOp::kDiv>;
    case FloatOp::kMaxNum:
      return binary<FloatOp::kMaxNum>;
    case FloatOp::kMinNum:
      break;
  }
  return binary<FloatOp::kMinNum>;
}

void float_move_immediate(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = i.imm;
}

void float_move(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = m.s[i.rm];
}

void float_abs(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = m.s[i.rm] & ~kSign;
}

void float_neg(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = m.s[i.rm] ^ kSign;
}

void float_sqrt(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_sqrt(m.s[i.rm], m.fpscr);
}

void float_compare(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  const std::uint32_t second = (i.ra & 2U) != 0 ? 0 : m.s[i.rm];
  const std::uint32_t flags = fp_compare(m.s[i.rd], second, (i.ra & 1U) != 0, m.fpscr);
  m.fpscr = (m.fpscr & ~(15U << 28)) | flags;
}

void float_from_half(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_from_half(m.s[i.rm] >> (i.ra != 0 ? 16 : 0) & 0xFFFFU, m.fpscr);
}

void float_to_half(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  const unsigned shift = i.ra != 0 ? 16 : 0;
  m.s[i.rd] = (m.s[i.rd] & ~(0xFFFFU << shift)) | fp_to_half(m.s[i.rm], m.fpscr) << shift;
}

void float_to_integer(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_to_fixed(m.s[i.rm], 32, 0, (i.ra & 1U) != 0, i.imm, m.fpscr);
}

void float_from_integer(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_from_fixed(m.s[i.rm], 32, 0, (i.ra & 1U) != 0, kRoundFpscr, m.fpscr);
}

void float_to_fixed(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  const bool is_unsigned = (i.ra & 1U) != 0;
  const unsigned bits = (i.ra & 2U) != 0 ? 32 : 16;
  m.s[i.rd] = fp_to_fixed(m.s[i.rd], bits, i.imm, is_unsigned, 3, m.fpscr);
}

void float_from_fixed(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_from_fixed(m.s[i.rd], (i.ra & 2U) != 0 ? 32 : 16, i.imm, (i.ra & 1U) != 0, 0, m.fpscr);
}

void float_round(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = fp_round(m.s[i.rm], i.imm, i.ra != 0, m.fpscr);
}

void float_select(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rd] = m.condition(i.ra) ? m.s[i.rn] : m.s[i.rm];
}

}  // namespace systolite::cpu
