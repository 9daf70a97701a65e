// SPDX-License-Identifier: Apache-2.0
// 32-bit instructions: which group, immediates, branches, control (DDI 0403, A5.3).
#include <bit>

#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kLr = 14;
constexpr std::uint32_t kPc = 15;

struct ExpandedImmediate {
  std::uint32_t value;
  bool sets_carry;
};

ExpandedImmediate expand_immediate(std::uint32_t imm12) {
  const std::uint32_t byte = field(imm12, 0, 8);
  switch (imm12 >> 8) {
    case 0:
      return {byte, false};
    case 1:
      return {byte | byte << 16, false};
    case 2:
      return {byte << 8 | byte << 24, false};
    case 3:
      return {byte * 0x01010101U, false};
    default:
      return {std::rotr(0x80U | field(imm12, 0, 7), static_cast<int>(imm12 >> 7)), true};
  }
}

std::uint32_t imm12_of(std::uint32_t first, std::uint32_t second) {
  return field(first, 10, 1) << 11 | field(second, 12, 3) << 8 | field(second, 0, 8);
}

Decoded modified_immediate(std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const DataOperation op =
      data_operation(field(first, 5, 4), field(first, 0, 4), field(second, 8, 4), field(first, 4, 1) != 0);
  if (!op.valid) return decode_undefined(pc, bits, true);
  const ExpandedImmediate immediate = expand_immediate(imm12_of(first, second));
  Build build(pc, alu_handler(op.op, Operand::kImmediate, op.flags), op.timing);
  build.imm(immediate.value).raw_a(immediate.sets_carry ? 1 : 0).sets_flags(op.flags);
  if (op.has_n) build.n(field(first, 0, 4));
  if (op.has_d) build.to(field(second, 8, 4));
  if (op.uses_carry) build.uses_flags();
  return build.careful();
}

Decoded saturate(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const bool is_unsigned = field(first, 7, 1) != 0;
  const std::uint32_t shift = field(second, 12, 3) << 2 | field(second, 6, 2);
  const bool right = field(first, 5, 1) != 0;
  Handler handler = is_unsigned ? usat : ssat;
  if (right && shift == 0) {  // both halfwords
    if (!context.core.has_dsp()) return decode_undefined(pc, first << 16 | second, true);
    handler = is_unsigned ? usat16 : ssat16;
  }
  return Build(pc, handler, Timing::kSaturate)
      .first_only()
      .to(field(second, 8, 4))
      .n(field(first, 0, 4))
      .raw_m(right ? 1 : 0)
      .raw_a(field(second, 0, 5))
      .imm(shift);
}

Decoded plain_immediate(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t d = field(second, 8, 4);
  const std::uint32_t n = field(first, 0, 4);
  const std::uint32_t imm12 = imm12_of(first, second);
  const std::uint32_t imm16 = n << 12 | imm12;
  const std::uint32_t lowest = field(second, 12, 3) << 2 | field(second, 6, 2);
  const std::uint32_t last = field(second, 0, 5);
  switch (field(first, 4, 5)) {
    case 0:
    case 10: {
      const bool subtract = field(first, 7, 1) != 0;
      if (n == kPc) {  // ADR
        const std::uint32_t base = (pc + 4) & ~3U;
        return Build(pc, alu_handler(AluOp::kMov, Operand::kImmediate, false), Timing::kAlu)
            .to(d)
            .imm(subtract ? base - imm12 : base + imm12);
      }
      return Build(pc, alu_handler(subtract ? AluOp::kSub : AluOp::kAdd, Operand::kImmediate, false), Timing::kAlu)
          .to(d)
          .n(n)
          .imm(imm12)
          .careful();
    }
    case 4:
      return Build(pc, alu_handler(AluOp::kMov, Operand::kImmediate, false), Timing::kMove).to(d).imm(imm16);
    case 12:
      return Build(pc, movt, Timing::kAlu).to(d).from_d(d).imm(imm16);
    case 16:
    case 18:
    case 24:
    case 26:
      return saturate(context, pc, first, second);
    case 20:
    case 28:
      if (lowest + last > 31) return decode_undefined(pc, bits, true);
      return Build(pc, field(first, 7, 1) != 0 ? ubfx : sbfx, Timing::kShiftedOperand)
          .first_only()
          .to(d)
          .n(n)
          .raw_a(lowest)
          .imm(31 - last);
    case 22: {
      if (last < lowest) return decode_undefined(pc, bits, true);
      const std::uint32_t mask = (last == 31 ? ~0U : (2U << last) - 1) & ~((1U << lowest) - 1);
      Build build(pc, n == kPc ? bfc : bfi, Timing::kShiftedOperand);
      build.first_only();
      build.to(d).from_d(d).imm(mask);
      if (n != kPc) build.n(n).raw_a(lowest);
      return build;
    }
    default:
      return decode_undefined(pc, bits, true);
  }
}

Decoded move_to_special(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  return Build(pc, write_special, Timing::kSystemRegister)
      .n(field(first, 0, 4))
      .imm(field(second, 0, 8))
      .raw_a(context.v6m() ? 2 : field(second, 10, 2))
      .writes(kFlagsBit);
}

Decoded control(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t bits = first << 16 | second;
  const std::uint32_t op = field(first, 4, 7);
  if ((op & 0x7EU) == 0x38) return move_to_special(context, pc, first, second);
  if (op == 0x3A) {  // hints
    if (context.v6m()) return decode_undefined(pc, bits, true);
    switch (field(second, 0, 8)) {
      case 2:
        return Build(pc, wait_for_event, Timing::kNop, InsnClass::kSystem);
      case 3:
        return Build(pc, wait_for_interrupt, Timing::kNop, InsnClass::kSystem);
      case 4:
        return Build(pc, send_event, Timing::kNop, InsnClass::kSystem);
      default:
        return Build(pc, no_operation, Timing::kNop);
    }
  }
  if (op == 0x3B) {
    switch (field(second, 4, 4)) {
      case 2:
        if (context.v6m()) break;
        return Build(pc, clear_exclusive, Timing::kBarrier);
      case 4:
      case 5:
      case 6:
        return Build(pc, no_operation, Timing::kBarrier);
      default:
        break;
    }
    return decode_undefined(pc, bits, true);
  }
  if ((op & 0x7EU) == 0x3E)
    return Build(pc, read_special, Timing::kSystemRegister)
        .to(field(second, 8, 4))
        .imm(field(second, 0, 8))
        .uses_flags();
  return decode_undefined(pc, bits, true);
}

// Offset of B.W and BL: S, I1, I2, imm10, imm11.
std::uint32_t long_offset(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t sign = field(first, 10, 1);
  const std::uint32_t i1 = 1U ^ field(second, 13, 1) ^ sign;
  const std::uint32_t i2 = 1U ^ field(second, 11, 1) ^ sign;
  return sign_extend(sign << 24 | i1 << 23 | i2 << 22 | field(first, 0, 10) << 12 | field(second, 0, 11) << 1, 25);
}

Decoded branches(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t kind = field(second, 14, 1) << 1 | field(second, 12, 1);
  if (kind == 3) {
    return Build(pc, branch_link, Timing::kBranchLink)
        .imm(pc + 4 + long_offset(first, second))
        .writes(bit(kLr))
        .ends_block();
  }
  if (kind == 0) {
    const std::uint32_t condition = field(first, 6, 4);
    if (condition >= 14) return control(context, pc, first, second);
    if (context.v6m()) return decode_undefined(pc, first << 16 | second, true);
    const std::uint32_t offset =
        sign_extend(field(first, 10, 1) << 20 | field(second, 11, 1) << 19 | field(second, 13, 1) << 18 |
                        field(first, 0, 6) << 12 | field(second, 0, 11) << 1,
                    21);
    return Build(pc, branch_handler(condition), Timing::kBranch).imm(pc + 4 + offset).uses_flags().conditional();
  }
  if (kind == 1 && !context.v6m())
    return Build(pc, branch_handler(14), Timing::kBranch).imm(pc + 4 + long_offset(first, second)).ends_block();
  return decode_undefined(pc, first << 16 | second, true);
}

Decoded coprocessor(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t number = field(second, 8, 4);
  if (number == 10 || number == 11) {
    if (context.core.fpu) return decode_float(context, pc, first, second);
  }
  // A coprocessor that is not there; the hint space of ARMv8-M is not used.
  return Build(pc, no_coprocessor, Timing::kNop, InsnClass::kSystem).imm(first << 16 | second).wide();
}

}  // namespace

DataOperation data_operation(std::uint32_t op, std::uint32_t n, std::uint32_t d, bool flags) {
  DataOperation result;
  result.flags = flags;
  const bool compares = d == kPc && flags;
  const auto choose = [&](AluOp normal, AluOp without_d) {
    result.op = compares ? without_d : normal;
    result.has_d = !compares;
  };
  const auto choose_move = [&](AluOp normal, AluOp without_n) {
    result.op = n == kPc ? without_n : normal;
    result.has_n = n != kPc;
  };
  switch (op) {
    case 0:
      choose(AluOp::kAnd, AluOp::kTst);
      break;
    case 1:
      result.op = AluOp::kBic;
      break;
    case 2:
      choose_move(AluOp::kOrr, AluOp::kMov);
      if (n == kPc) result.timing = Timing::kMove;
      break;
    case 3:
      choose_move(AluOp::kOrn, AluOp::kMvn);
      break;
    case 4:
      choose(AluOp::kEor, AluOp::kTeq);
      break;
    case 8:
      choose(AluOp::kAdd, AluOp::kCmn);
      break;
    case 10:
      result.op = AluOp::kAdc;
      result.uses_carry = true;
      break;
    case 11:
      result.op = AluOp::kSbc;
      result.uses_carry = true;
      break;
    case 13:
      choose(AluOp::kSub, AluOp::kCmp);
      break;
    case 14:
      result.op = AluOp::kRsb;
      break;
    default:
      result.valid = false;
      break;
  }
  // The PC is no operand here.
  if ((result.has_d && d == kPc) || (result.has_n && n == kPc)) result.valid = false;
  return result;
}

Decoded decode_thumb32(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  const std::uint32_t group = field(first, 11, 2);
  const bool top = field(second, 15, 1) != 0;
  if (group == 2 && top) return branches(context, pc, first, second);
  if (context.v6m()) return decode_undefined(pc, first << 16 | second, true);
  const std::uint32_t op = field(first, 4, 7);
  if (group == 2) {
    return (op & 0x20U) == 0 ? modified_immediate(pc, first, second) : plain_immediate(context, pc, first, second);
  }
  if ((op & 0x40U) != 0) return coprocessor(context, pc, first, second);
  return (op & 0x20U) != 0 ? decode_register32(context, pc, first, second)
                           : decode_memory32(context, pc, first, second);
}

}  // namespace systolite::cpu
