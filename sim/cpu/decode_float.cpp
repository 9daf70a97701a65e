// SPDX-License-Identifier: Apache-2.0
// Floating-point instructions, single precision (DDI 0403, A6; FPv5: DDI 0553, C2.4). Double precision is undefined.
#include <bit>

#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kPc = 15;
constexpr std::uint32_t kFpscrRounding = 4;

struct Numbers {
  std::uint32_t d, n, m;
};

Numbers single_registers(std::uint32_t first, std::uint32_t second) {
  return {.d = field(second, 12, 4) << 1 | field(first, 6, 1),
          .n = field(first, 0, 4) << 1 | field(second, 7, 1),
          .m = field(second, 0, 4) << 1 | field(second, 5, 1)};
}

std::uint32_t expand_immediate(std::uint32_t imm8) {
  const std::uint32_t exponent = field(imm8, 6, 1) != 0 ? 0x1FU << 25 : 1U << 30;
  return field(imm8, 7, 1) << 31 | exponent | field(imm8, 0, 6) << 19;
}

bool has_fpv5(const DecodeContext& context) { return context.v8m() || context.core.fpv5; }

Decoded arithmetic(std::uint32_t pc, FloatOp op, Timing timing, const Numbers& r) {
  return Build(pc, float_handler(op), timing).raw(r.d, r.n, r.m);
}

// Fixed point: the destination is also the source.
Decoded fixed(std::uint32_t pc, std::uint32_t first, std::uint32_t second, std::uint32_t d) {
  const bool to_fixed = field(first, 2, 1) != 0;
  const bool is_unsigned = field(first, 0, 1) != 0;
  const bool wide = field(second, 7, 1) != 0;
  const std::uint32_t imm5 = field(second, 0, 4) << 1 | field(second, 5, 1);
  const std::uint32_t size = wide ? 32 : 16;
  if (imm5 > size) return decode_undefined(pc, first << 16 | second, true);
  return Build(pc, to_fixed ? float_to_fixed : float_from_fixed, Timing::kFloatAdd)
      .raw(d, 0, 0, (is_unsigned ? 1U : 0U) | (wide ? 2U : 0U))
      .imm(size - imm5);
}

// The group with op = 1x11.
Decoded other_operations(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const Numbers r = single_registers(first, second);
  const std::uint32_t op2 = field(first, 0, 4);
  const std::uint32_t op3 = field(second, 6, 2);
  const auto make = [&](Handler handler, Timing timing, std::uint32_t a = 0) -> Build {
    return Build(pc, handler, timing).raw(r.d, 0, r.m, a);
  };
  if ((op3 & 1U) == 0)
    return Build(pc, float_move_immediate, Timing::kFloatMove)
        .raw(r.d, 0, 0)
        .imm(expand_immediate(op2 << 4 | field(second, 0, 4)));
  switch (op2) {
    case 0:
      return make(op3 == 1 ? float_move : float_abs, Timing::kFloatMove);
    case 1:
      return op3 == 1 ? make(float_neg, Timing::kFloatMove) : make(float_sqrt, Timing::kFloatDivide);
    case 2:
      return make(float_from_half, Timing::kFloatAdd, op3 >> 1);
    case 3:
      return make(float_to_half, Timing::kFloatAdd, op3 >> 1);
    case 4:
      return make(float_compare, Timing::kFloatAdd, op3 >> 1);
    case 5:
      return make(float_compare, Timing::kFloatAdd, op3 >> 1 | 2U);
    case 6:
      if (!has_fpv5(context)) break;
      return make(float_round, Timing::kFloatAdd).imm(op3 == 3 ? 3U : kFpscrRounding);
    case 7:
      if (!has_fpv5(context) || op3 != 1) break;
      return make(float_round, Timing::kFloatAdd, 1).imm(kFpscrRounding);
    case 8:
      return make(float_from_integer, Timing::kFloatAdd, op3 == 1 ? 1 : 0);
    case 10:
    case 11:
    case 14:
    case 15:
      return fixed(pc, first, second, r.d);
    case 12:
    case 13:
      return make(float_to_integer, Timing::kFloatAdd, op2 == 12 ? 1 : 0).imm(op3 == 3 ? 3U : kFpscrRounding);
    default:
      break;
  }
  return decode_undefined(pc, first << 16 | second, true);
}

Decoded data_processing(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const Numbers r = single_registers(first, second);
  const bool second_op = field(second, 6, 1) != 0;
  switch (field(first, 7, 1) << 2 | field(first, 4, 2)) {
    case 0:
      return arithmetic(pc, second_op ? FloatOp::kMls : FloatOp::kMla, Timing::kFloatMultiplyAccumulate, r);
    case 1:
      return arithmetic(pc, second_op ? FloatOp::kNmla : FloatOp::kNmls, Timing::kFloatMultiplyAccumulate, r);
    case 2:
      return arithmetic(pc, second_op ? FloatOp::kNmul : FloatOp::kMul, Timing::kFloatMultiply, r);
    case 3:
      return arithmetic(pc, second_op ? FloatOp::kSub : FloatOp::kAdd, Timing::kFloatAdd, r);
    case 4:
      if (second_op) break;
      return arithmetic(pc, FloatOp::kDiv, Timing::kFloatDivide, r);
    case 5:
      return arithmetic(pc, second_op ? FloatOp::kFnma : FloatOp::kFnms, Timing::kFloatMultiplyAccumulate, r);
    case 6:
      return arithmetic(pc, second_op ? FloatOp::kFms : FloatOp::kFma, Timing::kFloatMultiplyAccumulate, r);
    default:
      return other_operations(context, pc, first, second);
  }
  return decode_undefined(pc, first << 16 | second, true);
}

// FPv5: no condition, 0xFE...
Decoded unconditional(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  if (!has_fpv5(context)) return decode_undefined(pc, bits, true);
  const Numbers r = single_registers(first, second);
  if (field(first, 7, 1) == 0) {  // VSEL: EQ, VS, GE, GT
    static constexpr std::uint32_t kConditions[] = {0, 6, 10, 12};
    return Build(pc, float_select, Timing::kFloatMove).raw(r.d, r.n, r.m, kConditions[field(first, 4, 2)]).uses_flags();
  }
  if (field(first, 4, 2) == 0)
    return arithmetic(pc, field(second, 6, 1) != 0 ? FloatOp::kMinNum : FloatOp::kMaxNum, Timing::kFloatAdd, r);
  if (field(first, 4, 2) != 3 || field(second, 6, 1) == 0) return decode_undefined(pc, bits, true);
  // Rounding modes of the last two bits: to nearest with ties away (5), to nearest, up, down.
  static constexpr std::uint32_t kModes[] = {5, 0, 1, 2};
  const std::uint32_t mode = kModes[field(first, 0, 2)];
  if (field(first, 2, 2) == 2) return Build(pc, float_round, Timing::kFloatAdd).raw(r.d, 0, r.m).imm(mode);
  if (field(first, 2, 2) == 3)
    return Build(pc, float_to_integer, Timing::kFloatAdd).raw(r.d, 0, r.m, field(second, 7, 1) != 0 ? 0 : 1).imm(mode);
  return decode_undefined(pc, bits, true);
}

Decoded multiple(std::uint32_t pc, std::uint32_t first, std::uint32_t second, bool doubles) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t n = field(first, 0, 4);
  const bool before = field(first, 8, 1) != 0;
  const bool up = field(first, 7, 1) != 0;
  const bool write_back = field(first, 5, 1) != 0;
  const bool loads = field(first, 4, 1) != 0;
  const std::uint32_t count = field(second, 0, 8) & (doubles ? ~1U : ~0U);
  const std::uint32_t d =
      doubles ? (field(first, 6, 1) << 4 | field(second, 12, 4)) * 2 : field(second, 12, 4) << 1 | field(first, 6, 1);
  if (count == 0 || d + count > 32 || before == up || (before && !write_back) || n == kPc)
    return decode_undefined(pc, bits, true);
  Build build(pc, loads ? float_load_multiple : float_store_multiple, Timing::kFloatMultiple);
  build.raw(d, n, 0, count).base(n).imm((before ? 1U : 0U) | (write_back ? 2U : 0U)).words(count);
  if (write_back) build.writes_back(bit(n)).guard(n == 13 && before);
  return build;
}

Decoded load_store(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const bool doubles = field(second, 8, 4) == 11;
  const bool single_transfer = field(first, 8, 1) != 0 && field(first, 5, 1) == 0;
  if (!single_transfer) return multiple(pc, first, second, doubles);
  const std::uint32_t n = field(first, 0, 4);
  const std::uint32_t count = doubles ? 2 : 1;
  const std::uint32_t d =
      doubles ? (field(first, 6, 1) << 4 | field(second, 12, 4)) * 2 : field(second, 12, 4) << 1 | field(first, 6, 1);
  const std::uint32_t offset = field(second, 0, 8) * 4;
  const std::uint32_t imm = field(first, 7, 1) != 0 ? offset : 0U - offset;
  const bool loads = field(first, 4, 1) != 0;
  const Timing one = loads ? Timing::kFloatLoad : Timing::kFloatStore;
  if (d + count > 32) return decode_undefined(pc, first << 16 | second, true);
  if (n == kPc) {
    if (!loads) return decode_undefined(pc, first << 16 | second, true);
    return Build(pc, float_load_literal, doubles ? Timing::kFloatMultiple : one)
        .raw(d, 0, 0, count)
        .imm(((pc + 4) & ~3U) + imm)
        .words(count);
  }
  return Build(pc, loads ? float_load : float_store, doubles ? Timing::kFloatMultiple : one)
      .raw(d, n, 0, count)
      .base(n)
      .imm(imm)
      .words(count);
}

// Between a core register and one S register or the status register.
Decoded one_register(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t t = field(second, 12, 4);
  const bool to_core = field(first, 4, 1) != 0;
  const bool doubles = field(second, 8, 4) == 11;
  const std::uint32_t op = field(first, 5, 3);
  if (!doubles && op == 7) {
    if (field(first, 0, 4) != 1) return decode_undefined(pc, bits, true);
    Build build(pc, to_core ? float_status_read : float_status_write, Timing::kFloatMove);
    build.raw(t, 0, 0);
    if (to_core) return t == kPc ? build.sets_flags() : build.writes(bit(t));
    return build.reads(bit(t));
  }
  // To and from one half of a D register, which is an S register.
  const std::uint32_t s = doubles ? (field(second, 7, 1) << 4 | field(first, 0, 4)) * 2 + field(first, 5, 1)
                                  : field(first, 0, 4) << 1 | field(second, 7, 1);
  if (op > (doubles ? 1U : 0U) || s > 31 || t == kPc || t == 13) return decode_undefined(pc, bits, true);
  Build build(pc, to_core ? float_to_core : float_from_core, Timing::kFloatMove);
  build.raw(t, s, 0);
  return to_core ? build.writes(bit(t)) : build.reads(bit(t));
}

Decoded two_registers(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const bool doubles = field(second, 8, 4) == 11;
  const std::uint32_t t = field(second, 12, 4);
  const std::uint32_t t2 = field(first, 0, 4);
  const bool to_core = field(first, 4, 1) != 0;
  const std::uint32_t s =
      doubles ? (field(second, 5, 1) << 4 | field(second, 0, 4)) * 2 : field(second, 0, 4) << 1 | field(second, 5, 1);
  if (s > 30 || (field(second, 4, 4) & 13U) != 1 || t == kPc || t2 == kPc)
    return decode_undefined(pc, first << 16 | second, true);
  Build build(pc, to_core ? float_pair_to_core : float_pair_from_core, Timing::kFloatMultiple);
  build.raw(t, 0, s, t2).words(1);
  return to_core ? build.writes(bit(t) | bit(t2)) : build.reads(bit(t) | bit(t2));
}

}  // namespace

Decoded decode_float(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const bool doubles = field(second, 8, 4) == 11;
  const std::uint32_t group = field(first, 8, 5);  // 0x0C, 0x0D: loads and stores; 0x0E: operations; 0x1E: FPv5
  if (group == 0x0E && field(second, 4, 1) != 0) return one_register(pc, first, second);
  if (group == 0x0C && field(first, 5, 3) == 2) return two_registers(pc, first, second);
  if (group == 0x0C || group == 0x0D) return load_store(pc, first, second);
  if (doubles || field(second, 4, 1) != 0) return decode_undefined(pc, bits, true);
  if (group == 0x0E) return data_processing(context, pc, first, second);
  if (group == 0x1E) return unconditional(context, pc, first, second);
  return decode_undefined(pc, bits, true);
}

}  // namespace systolite::cpu
