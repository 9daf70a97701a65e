// SPDX-License-Identifier: Apache-2.0
// 16-bit instructions (ARMv7-M Architecture Reference Manual, DDI 0403, A5.2).
#include <bit>

#include "sim/cpu/decode.h"
#include "sim/cpu/decode_build.h"
#include "sim/cpu/execute.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSp = 13;
constexpr std::uint32_t kLr = 14;
constexpr std::uint32_t kPc = 15;
constexpr std::uint32_t kWriteBack = bit(16);

Decoded shift_immediate(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t amount = field(bits, 6, 5);
  const std::uint32_t type = field(bits, 11, 2);
  const bool flags = !context.in_it;
  const bool plain = type == 0 && amount == 0;  // MOVS
  const Operand operand = plain       ? Operand::kRegister
                          : type == 0 ? Operand::kLsl
                          : type == 1 ? Operand::kLsr
                                      : Operand::kAsr;
  return Build(pc, alu_handler(AluOp::kMov, operand, flags), plain ? Timing::kMove : Timing::kShift)
      .to(field(bits, 0, 3))
      .m(field(bits, 3, 3))
      .imm(type != 0 && amount == 0 ? 32 : amount)
      .sets_flags(flags);
}

Decoded add_subtract(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  const bool flags = !context.in_it;
  const bool immediate = field(bits, 10, 1) != 0;
  const AluOp op = field(bits, 9, 1) != 0 ? AluOp::kSub : AluOp::kAdd;
  Build build(pc, alu_handler(op, immediate ? Operand::kImmediate : Operand::kRegister, flags), Timing::kAlu);
  build.to(field(bits, 0, 3)).n(field(bits, 3, 3)).sets_flags(flags);
  if (immediate) return build.imm(field(bits, 6, 3)).immediate_sum();
  return build.m(field(bits, 6, 3));
}

Decoded immediate8(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  static constexpr AluOp kOps[] = {AluOp::kMov, AluOp::kCmp, AluOp::kAdd, AluOp::kSub};
  const AluOp op = kOps[field(bits, 11, 2)];
  const bool flags = !context.in_it || op == AluOp::kCmp;
  Build build(pc, alu_handler(op, Operand::kImmediate, flags), op == AluOp::kMov ? Timing::kMove : Timing::kAlu);
  build.imm(field(bits, 0, 8)).sets_flags(flags);
  const std::uint32_t reg = field(bits, 8, 3);
  if (op != AluOp::kMov) build.n(reg);
  if (op != AluOp::kCmp) build.to(reg);
  if (op == AluOp::kAdd || op == AluOp::kSub) build.immediate_sum();
  return build;
}

Decoded data_processing(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t op = field(bits, 6, 4);
  const std::uint32_t dn = field(bits, 0, 3);
  const std::uint32_t other = field(bits, 3, 3);
  const bool flags = !context.in_it;
  const auto shift = [&](ShiftType type) -> Decoded {
    return Build(pc, shift_register_handler(type, flags), Timing::kShift).to(dn).n(dn).m(other).sets_flags(flags);
  };
  const auto alu = [&](AluOp kind) {
    return Build(pc, alu_handler(kind, Operand::kRegister, flags), Timing::kAlu)
        .to(dn)
        .n(dn)
        .m(other)
        .sets_flags(flags);
  };
  const auto compare = [&](AluOp kind) -> Decoded {
    return Build(pc, alu_handler(kind, Operand::kRegister, true), Timing::kAlu).n(dn).m(other).sets_flags();
  };
  switch (op) {
    case 0:
      return alu(AluOp::kAnd);
    case 1:
      return alu(AluOp::kEor);
    case 2:
      return shift(ShiftType::kLsl);
    case 3:
      return shift(ShiftType::kLsr);
    case 4:
      return shift(ShiftType::kAsr);
    case 5:
      return alu(AluOp::kAdc).uses_flags();
    case 6:
      return alu(AluOp::kSbc).uses_flags();
    case 7:
      return shift(ShiftType::kRor);
    case 8:
      return compare(AluOp::kTst);
    case 9:  // RSB with zero
      return Build(pc, alu_handler(AluOp::kRsb, Operand::kImmediate, flags), Timing::kAlu)
          .to(dn)
          .n(other)
          .sets_flags(flags);
    case 10:
      return compare(AluOp::kCmp);
    case 11:
      return compare(AluOp::kCmn);
    case 12:
      return alu(AluOp::kOrr);
    case 13:
      return Build(pc, flags ? muls : mul, Timing::kMultiply).to(dn).n(dn).m(other).sets_flags(flags);
    case 14:
      return alu(AluOp::kBic);
    default:
      return Build(pc, alu_handler(AluOp::kMvn, Operand::kRegister, flags), Timing::kAlu)
          .to(dn)
          .m(other)
          .sets_flags(flags);
  }
}

Decoded special(std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t dn = field(bits, 0, 3) | field(bits, 7, 1) << 3;
  const std::uint32_t m = field(bits, 3, 4);
  switch (field(bits, 8, 2)) {
    case 0:
      if (dn == kPc) return Build(pc, add_pc, Timing::kBranchRegister).from_d(dn).m(m).guard().ends_block();
      return Build(pc, alu_handler(AluOp::kAdd, Operand::kRegister, false), Timing::kAlu).to(dn).n(dn).m(m).careful();
    case 1:
      return Build(pc, alu_handler(AluOp::kCmp, Operand::kRegister, true), Timing::kAlu)
          .n(dn)
          .m(m)
          .sets_flags()
          .careful();
    case 2:
      if (dn == kPc) return Build(pc, mov_pc, Timing::kBranchRegister).m(m).guard(m == kPc).ends_block();
      return Build(pc, alu_handler(AluOp::kMov, Operand::kRegister, false), Timing::kMove).to(dn).m(m).careful();
    default:
      // Bits 2:0 name instructions of the security extension.
      if (field(bits, 0, 3) != 0 || (m == kPc && field(bits, 7, 1) != 0)) return decode_undefined(pc, bits, false);
      if (field(bits, 7, 1) != 0)
        return Build(pc, branch_link_register, Timing::kBranchRegister).m(m).writes(bit(kLr)).ends_block();
      return Build(pc, branch_register, Timing::kBranchRegister).m(m).guard(m == kPc).ends_block();
  }
}

Decoded register_offset(std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t t = field(bits, 0, 3);
  const std::uint32_t n = field(bits, 3, 3);
  const std::uint32_t m = field(bits, 6, 3);
  const auto load = [&](Access access) -> Decoded {
    return Build(pc, load_handler(access, Index::kRegister), Timing::kLoadRegister).to(t).base(n).index(m);
  };
  const auto store = [&](Access access) -> Decoded {
    return Build(pc, store_handler(access, Index::kRegister), Timing::kStoreRegister)
        .from_d(t)
        .base(n)
        .index(m)
        .late(bit(t));
  };
  switch (field(bits, 9, 3)) {
    case 0:
      return store(Access::kWord);
    case 1:
      return store(Access::kHalf);
    case 2:
      return store(Access::kByte);
    case 3:
      return load(Access::kSignedByte);
    case 4:
      return load(Access::kWord);
    case 5:
      return load(Access::kHalf);
    case 6:
      return load(Access::kByte);
    default:
      return load(Access::kSignedHalf);
  }
}

// `load_bit` of the encoding, register t, base n, offset in bytes.
Decoded immediate_offset(std::uint32_t pc, Access access, bool is_load, std::uint32_t t, std::uint32_t n,
                         std::uint32_t offset) {
  if (is_load) {
    return Build(pc, load_handler(access, Index::kOffset),
                 access == Access::kWord ? Timing::kLoad : Timing::kLoadNarrow)
        .to(t)
        .base(n)
        .imm(offset);
  }
  return Build(pc, store_handler(access, Index::kOffset), Timing::kStore).from_d(t).base(n).imm(offset).late(bit(t));
}

Decoded push_pop(std::uint32_t pc, std::uint32_t bits) {
  const bool pop = field(bits, 11, 1) != 0;
  std::uint32_t list = field(bits, 0, 8);
  if (field(bits, 8, 1) != 0) list |= bit(pop ? kPc : kLr);
  if (list == 0) return decode_undefined(pc, bits, false);
  const auto words = static_cast<unsigned>(std::popcount(list));
  if (!pop) {
    return Build(pc, store_multiple_before, Timing::kMultiple)
        .base(kSp)
        .imm(list | kWriteBack)
        .reads(list)
        .writes_back(bit(kSp))
        .words(words);
  }
  const bool returns = (list & bit(kPc)) != 0;
  Build build(pc, returns ? load_multiple_pc : load_multiple, returns ? Timing::kPopPc : Timing::kMultiple);
  build.base(kSp).imm(list | kWriteBack).writes(list & 0x7FFFU).writes_back(bit(kSp)).words(words);
  if (returns) build.ends_block();
  return build;
}

Decoded hint(std::uint32_t pc, std::uint32_t bits) {
  switch (field(bits, 4, 4)) {
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

Decoded it_or_hint(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  if (field(bits, 0, 4) == 0) return hint(pc, bits);
  if (context.v6m() || context.in_it || field(bits, 4, 4) == 15) return decode_undefined(pc, bits, false);
  return Build(pc, no_operation, Timing::kIt).imm(field(bits, 0, 8));
}

Decoded extend(std::uint32_t pc, std::uint32_t bits) {
  static constexpr Extend kKinds[] = {Extend::kSxth, Extend::kSxtb, Extend::kUxth, Extend::kUxtb};
  return Build(pc, extend_handler(kKinds[field(bits, 6, 2)], false), Timing::kShift)
      .to(field(bits, 0, 3))
      .m(field(bits, 3, 3))
      .extends()
      .first_only();
}

Decoded reverse(std::uint32_t pc, std::uint32_t bits) {
  static constexpr Handler kHandlers[] = {rev, rev16, nullptr, revsh};
  const Handler handler = kHandlers[field(bits, 6, 2)];
  if (handler == nullptr) return decode_undefined(pc, bits, false);
  return Build(pc, handler, Timing::kShift).to(field(bits, 0, 3)).m(field(bits, 3, 3)).shifted().first_only();
}

Decoded miscellaneous(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  switch (field(bits, 8, 4)) {
    case 0: {
      const AluOp op = field(bits, 7, 1) != 0 ? AluOp::kSub : AluOp::kAdd;
      return Build(pc, alu_handler(op, Operand::kImmediate, false), Timing::kAlu)
          .to(kSp)
          .n(kSp)
          .imm(field(bits, 0, 7) * 4)
          .guard(op == AluOp::kSub);
    }
    case 1:
    case 3:
    case 9:
    case 11: {
      if (context.v6m()) break;
      const std::uint32_t offset = field(bits, 3, 5) * 2 + field(bits, 9, 1) * 64;
      return Build(pc, field(bits, 11, 1) != 0 ? branch_if_not_zero : branch_if_zero, Timing::kBranch)
          .n(field(bits, 0, 3))
          .imm(pc + 4 + offset)
          .conditional();
    }
    case 2:
      return extend(pc, bits);
    case 4:
    case 5:
    case 12:
    case 13:
      return push_pop(pc, bits);
    case 6:
      if (field(bits, 5, 3) == 3 && (!context.v6m() || field(bits, 0, 4) == 2))
        return Build(pc, change_state, Timing::kNop, InsnClass::kSystem).imm(field(bits, 0, 5));
      break;
    case 10:
      return reverse(pc, bits);
    case 14:
      return Build(pc, breakpoint, Timing::kSystemRegister).imm(field(bits, 0, 8));
    case 15:
      return it_or_hint(context, pc, bits);
    default:
      break;
  }
  return decode_undefined(pc, bits, false);
}

Decoded multiple(std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t n = field(bits, 8, 3);
  const std::uint32_t list = field(bits, 0, 8);
  if (list == 0) return decode_undefined(pc, bits, false);
  const auto words = static_cast<unsigned>(std::popcount(list));
  if (field(bits, 11, 1) == 0) {
    return Build(pc, store_multiple, Timing::kMultiple)
        .base(n)
        .imm(list | kWriteBack)
        .reads(list)
        .writes_back(bit(n))
        .words(words);
  }
  const bool writes_back = (list & bit(n)) == 0;
  return Build(pc, load_multiple, Timing::kMultiple)
      .base(n)
      .imm(list | (writes_back ? kWriteBack : 0))
      .writes(list)
      .writes_back(writes_back ? bit(n) : 0)
      .words(words);
}

Decoded conditional_branch(std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t condition = field(bits, 8, 4);
  if (condition == 14) return decode_undefined(pc, bits, false);
  if (condition == 15) return Build(pc, supervisor_call, Timing::kSystemRegister).imm(field(bits, 0, 8));
  return Build(pc, branch_handler(condition), Timing::kBranch)
      .imm(pc + 4 + sign_extend(field(bits, 0, 8) << 1, 9))
      .uses_flags()
      .conditional();
}

}  // namespace

Decoded decode_thumb16(const DecodeContext& context, std::uint32_t pc, std::uint32_t bits) {
  const std::uint32_t low = field(bits, 0, 3);
  const std::uint32_t mid = field(bits, 3, 3);
  const std::uint32_t imm5 = field(bits, 6, 5);
  const std::uint32_t high = field(bits, 8, 3);
  const std::uint32_t imm8 = field(bits, 0, 8);
  const bool load_bit = field(bits, 11, 1) != 0;
  switch (bits >> 11) {
    case 0:
    case 1:
    case 2:
      return shift_immediate(context, pc, bits);
    case 3:
      return add_subtract(context, pc, bits);
    case 4:
    case 5:
    case 6:
    case 7:
      return immediate8(context, pc, bits);
    case 8:
      return field(bits, 10, 1) == 0 ? data_processing(context, pc, bits) : special(pc, bits);
    case 9:
      return Build(pc, load_literal_handler(Access::kWord), Timing::kLoad).to(high).imm(((pc + 4) & ~3U) + imm8 * 4);
    case 10:
    case 11:
      return register_offset(pc, bits);
    case 12:
    case 13:
      return immediate_offset(pc, Access::kWord, load_bit, low, mid, imm5 * 4);
    case 14:
    case 15:
      return immediate_offset(pc, Access::kByte, load_bit, low, mid, imm5);
    case 16:
    case 17:
      return immediate_offset(pc, Access::kHalf, load_bit, low, mid, imm5 * 2);
    case 18:
    case 19:
      return immediate_offset(pc, Access::kWord, load_bit, high, kSp, imm8 * 4);
    case 20:  // ADR
      return Build(pc, alu_handler(AluOp::kMov, Operand::kImmediate, false), Timing::kAlu)
          .to(high)
          .imm(((pc + 4) & ~3U) + imm8 * 4);
    case 21:
      return Build(pc, alu_handler(AluOp::kAdd, Operand::kImmediate, false), Timing::kAlu)
          .to(high)
          .n(kSp)
          .imm(imm8 * 4);
    case 22:
    case 23:
      return miscellaneous(context, pc, bits);
    case 24:
    case 25:
      return multiple(pc, bits);
    case 26:
    case 27:
      return conditional_branch(pc, bits);
    default:
      return Build(pc, branch_handler(14), Timing::kBranch)
          .imm(pc + 4 + sign_extend(field(bits, 0, 11) << 1, 12))
          .ends_block();
  }
}

Decoded decode(const DecodeContext& context, std::uint32_t pc, std::uint32_t first, std::uint32_t second) {
  if (!is_wide(first)) return decode_thumb16(context, pc, first);
  Decoded decoded = decode_thumb32(context, pc, first, second);
  decoded.wide = true;
  return decoded;
}

Decoded decode_undefined(std::uint32_t pc, std::uint32_t bits, bool wide) {
  Build build(pc, undefined, Timing::kNop, InsnClass::kSystem);
  build.imm(bits);
  if (wide) build.wide();
  return build;
}

}  // namespace systolite::cpu
