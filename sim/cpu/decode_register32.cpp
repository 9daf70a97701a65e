// SPDX-License-Identifier: Apache-2.0
// 32-bit data processing with register operands, multiplies and divides (DDI 0403, A5.3.11 to A5.3.17).
#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kPc = 15;

struct Fields {
  std::uint32_t n, d, m, a, op1, op2;
};

Fields fields_of(std::uint32_t first, std::uint32_t second) {
  return {.n = field(first, 0, 4),
          .d = field(second, 8, 4),
          .m = field(second, 0, 4),
          .a = field(second, 12, 4),
          .op1 = field(first, 4, 3),
          .op2 = field(second, 4, 4)};
}

Operand operand_of(std::uint32_t type, std::uint32_t amount) {
  switch (type) {
    case 0:
      return amount == 0 ? Operand::kRegister : Operand::kLsl;
    case 1:
      return Operand::kLsr;
    case 2:
      return Operand::kAsr;
    default:
      return amount == 0 ? Operand::kRrx : Operand::kRor;
  }
}

Decoded shifted_register(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t n = field(first, 0, 4);
  const std::uint32_t d = field(second, 8, 4);
  const std::uint32_t m = field(second, 0, 4);
  const std::uint32_t type = field(second, 4, 2);
  std::uint32_t amount = field(second, 12, 3) << 2 | field(second, 6, 2);
  const std::uint32_t op = field(first, 5, 4);
  if (op == 6) {  // PKH
    if (!context.core.has_dsp() || field(first, 4, 1) != 0 || (type & 1U) != 0) return decode_undefined(pc, bits, true);
    if (type == 2 && amount == 0) amount = 32;
    return Build(pc, type == 2 ? pkhtb : pkhbt, Timing::kShiftedOperand, InsnClass::kDsp)
        .to(d)
        .n(n)
        .m(m)
        .imm(amount)
        .shifted()
        .first_only();
  }
  const DataOperation data = data_operation(op, n, d, field(first, 4, 1) != 0);
  if (!data.valid || m == kPc || field(second, 15, 1) != 0) return decode_undefined(pc, bits, true);
  const Operand operand = operand_of(type, amount);
  if ((operand == Operand::kLsr || operand == Operand::kAsr) && amount == 0) amount = 32;
  const bool pure_shift = (data.op == AluOp::kMov) && operand != Operand::kRegister;
  const Timing timing = operand == Operand::kRegister ? data.timing
                        : pure_shift                  ? Timing::kShift
                                                      : Timing::kShiftedOperand;
  Build build(pc, alu_handler(data.op, operand, data.flags), timing);
  build.m(m).imm(amount).sets_flags(data.flags);
  if (timing == Timing::kShiftedOperand) build.shifted();
  if (data.has_n) build.n(n);
  if (data.has_d) build.to(d);
  if (data.uses_carry || operand == Operand::kRrx) build.uses_flags();
  return build.careful();
}

Decoded extension(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const Fields f = fields_of(first, second);
  const bool accumulates = f.n != kPc;
  const auto kind = static_cast<Extend>(f.op1);
  const bool dsp_only = accumulates || kind == Extend::kSxtb16 || kind == Extend::kUxtb16;
  if (f.op1 > 5 || (dsp_only && !context.core.has_dsp())) return decode_undefined(pc, first << 16 | second, true);
  Build build(pc, extend_handler(kind, accumulates), accumulates ? Timing::kShiftedOperand : Timing::kShift,
              dsp_only ? InsnClass::kDsp : InsnClass::kAlu);
  build.to(f.d).m(f.m).imm(field(second, 4, 2) * 8).first_only();
  if (accumulates) build.shifted();
  if (accumulates) build.n(f.n);
  return build;
}

Decoded parallel(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const Fields f = fields_of(first, second);
  Lanes lanes = Lanes::kAdd8;
  bool valid = context.core.has_dsp();
  switch (f.op1) {
    case 0:
      lanes = Lanes::kAdd8;
      break;
    case 1:
      lanes = Lanes::kAdd16;
      break;
    case 2:
      lanes = Lanes::kAsx;
      break;
    case 4:
      lanes = Lanes::kSub8;
      break;
    case 5:
      lanes = Lanes::kSub16;
      break;
    case 6:
      lanes = Lanes::kSax;
      break;
    default:
      valid = false;
      break;
  }
  static constexpr LaneMode kModes[2][3] = {
      {LaneMode::kSigned, LaneMode::kSaturating, LaneMode::kHalving},
      {LaneMode::kUnsigned, LaneMode::kUnsignedSaturating, LaneMode::kUnsignedHalving}};
  const std::uint32_t mode = f.op2 & 3U;
  if (!valid || mode == 3) return decode_undefined(pc, first << 16 | second, true);
  return Build(pc, lanes_handler(lanes, kModes[f.op2 >> 2 & 1U][mode]), mode == 1 ? Timing::kSaturate : Timing::kSimd)
      .to(f.d)
      .n(f.n)
      .m(f.m)
      .first_only();
}

Decoded miscellaneous(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const Fields f = fields_of(first, second);
  const std::uint32_t sub = f.op2 & 3U;
  const auto two = [&](Handler handler, Timing timing) -> Decoded {
    return Build(pc, handler, timing).to(f.d).n(f.n).m(f.m).first_only();
  };
  const auto one = [&](Handler handler) -> Decoded {
    return Build(pc, handler, Timing::kShift).to(f.d).m(f.m).shifted().first_only();
  };
  if (f.op1 == 0 && context.core.has_dsp()) {
    static constexpr Handler kHandlers[] = {qadd, qdadd, qsub, qdsub};
    return two(kHandlers[sub], Timing::kSaturate);
  }
  if (f.op1 == 1) {
    static constexpr Handler kHandlers[] = {rev, rev16, rbit, revsh};
    return one(kHandlers[sub]);
  }
  if (f.op1 == 2 && sub == 0 && context.core.has_dsp()) return two(sel, Timing::kSimd);
  if (f.op1 == 3 && sub == 0) return one(clz);
  return decode_undefined(pc, first << 16 | second, true);
}

Decoded register_operands(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const Fields f = fields_of(first, second);
  if (field(second, 12, 4) != 15) return decode_undefined(pc, bits, true);
  const bool upper = field(first, 7, 1) != 0;
  if (!upper && f.op2 == 0) {
    const auto type = static_cast<ShiftType>(field(first, 5, 2));
    const bool flags = field(first, 4, 1) != 0;
    return Build(pc, shift_register_handler(type, flags), Timing::kShift).to(f.d).n(f.n).m(f.m).sets_flags(flags);
  }
  if (!upper && (f.op2 & 8U) != 0) return extension(context, pc, first, second);
  if (upper && (f.op2 & 8U) == 0) return parallel(context, pc, first, second);
  if (upper && (f.op2 & 12U) == 8 && f.op1 < 4) return miscellaneous(context, pc, first, second);
  return decode_undefined(pc, bits, true);
}

Decoded multiply(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const Fields f = fields_of(first, second);
  const bool accumulates = f.a != kPc;
  const bool low = (f.op2 & 1U) != 0;  // second choice
  const auto build = [&](Handler handler, Timing plain, Timing accumulating, InsnClass kind) -> Decoded {
    Build made(pc, handler, accumulates ? accumulating : plain, kind);
    made.to(f.d).n(f.n).m(f.m);
    if (accumulates) made.a(f.a);
    return made;
  };
  const auto dsp = [&](Handler handler) {
    return build(handler, Timing::kMultiply, Timing::kMultiplyAccumulate, InsnClass::kDsp);
  };
  if (f.op1 == 0 && f.op2 == 0) {
    return build(accumulates ? mla : mul, Timing::kMultiply, Timing::kMultiplyAccumulate, InsnClass::kMultiply);
  }
  if (f.op1 == 0 && f.op2 == 1)
    return build(mls, Timing::kMultiplyAccumulate, Timing::kMultiplyAccumulate, InsnClass::kMultiply);
  if (!context.core.has_dsp()) return decode_undefined(pc, bits, true);
  switch (f.op1) {
    case 1:
      if (f.op2 > 3) break;
      return dsp(half_multiply_handler((f.op2 & 2U) != 0, low, accumulates));
    case 2:
    case 4:
      if (f.op2 > 1) break;
      return dsp(dual_multiply_handler(f.op1 == 4, low, accumulates));
    case 3:
      if (f.op2 > 1) break;
      return dsp(wide_half_multiply_handler(low, accumulates));
    case 5:
    case 6:
      if (f.op2 > 1 || (f.op1 == 6 && !accumulates)) break;
      return dsp(top_multiply_handler(f.op1 == 6, low, accumulates));
    case 7: {
      if (f.op2 != 0) break;
      Build made(pc, usada8, Timing::kSaturate);
      made.to(f.d).n(f.n).m(f.m).raw_a(f.a).first_only();
      if (accumulates) made.a(f.a);
      return made;
    }
    default:
      break;
  }
  return decode_undefined(pc, bits, true);
}

Decoded long_multiply(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const Fields f = fields_of(first, second);
  const std::uint32_t low = f.a;  // RdLo
  const std::uint32_t high = f.d;
  const auto build = [&](Handler handler, Timing timing, InsnClass kind) {
    return Build(pc, handler, timing, kind).to(low).to_a(high).n(f.n).m(f.m);
  };
  const auto accumulate = [&](Handler handler, InsnClass kind) -> Decoded {
    Decoded made = build(handler, Timing::kLongAccumulate, kind);
    made.reads |= bit(low) | bit(high);
    made.late = bit(low) | bit(high);
    return made;
  };
  const bool dsp = context.core.has_dsp();
  if (f.op1 == 1 || f.op1 == 3) {
    if (f.op2 != 15) return decode_undefined(pc, bits, true);
    return Build(pc, f.op1 == 1 ? sdiv : udiv, Timing::kDivide).to(f.d).n(f.n).m(f.m);
  }
  if (f.op2 == 0) {
    switch (f.op1) {
      case 0:
        return build(smull, Timing::kLongMultiply, InsnClass::kMultiply);
      case 2:
        return build(umull, Timing::kLongMultiply, InsnClass::kMultiply);
      case 4:
        return accumulate(smlal, InsnClass::kMultiply);
      case 6:
        return accumulate(umlal, InsnClass::kMultiply);
      default:
        break;
    }
  }
  if (!dsp) return decode_undefined(pc, bits, true);
  if (f.op1 == 4 && (f.op2 & 12U) == 8)
    return accumulate(long_half_multiply_handler((f.op2 & 2U) != 0, (f.op2 & 1U) != 0), InsnClass::kDsp);
  if ((f.op1 == 4 || f.op1 == 5) && (f.op2 & 14U) == 12)
    return accumulate(long_dual_multiply_handler(f.op1 == 5, (f.op2 & 1U) != 0), InsnClass::kDsp);
  if (f.op1 == 6 && f.op2 == 6) return accumulate(umaal, InsnClass::kDsp);
  return decode_undefined(pc, bits, true);
}

}  // namespace

Decoded decode_register32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  if (field(first, 11, 2) == 1) return shifted_register(context, pc, first, second);
  if (field(first, 8, 1) == 0) return register_operands(context, pc, first, second);
  if (field(first, 7, 1) == 0) return multiply(context, pc, first, second);
  return long_multiply(context, pc, first, second);
}

}  // namespace systolite::cpu
