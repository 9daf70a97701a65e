// SPDX-License-Identifier: Apache-2.0
// Data processing.
#include <array>
#include <bit>
#include <utility>

#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

std::uint32_t add_with_carry(Machine& m, std::uint32_t a, std::uint32_t b, std::uint32_t carry) noexcept {
  const std::uint64_t sum = std::uint64_t{a} + b + carry;
  const auto result = static_cast<std::uint32_t>(sum);
  m.set_nz(result);
  m.c = static_cast<std::uint32_t>(sum >> 32);
  m.v = ((a ^ result) & (b ^ result)) >> 31;
  return result;
}

struct Shifted {
  std::uint32_t value;
  std::uint32_t carry;
};

// The second operand and the carry that its shifter gives.
template <Operand kOperand>
Shifted operand(const Machine& m, const Insn& i) noexcept {
  if constexpr (kOperand == Operand::kImmediate) return {i.imm, i.ra != 0 ? i.imm >> 31 : m.c};
  const std::uint32_t value = m.r[i.rm];
  const std::uint32_t amount = i.imm;
  if constexpr (kOperand == Operand::kLsl) return {value << amount, (value >> (32 - amount)) & 1U};
  if constexpr (kOperand == Operand::kLsr) {
    return {amount == 32 ? 0 : value >> amount, (value >> (amount - 1)) & 1U};
  }
  if constexpr (kOperand == Operand::kAsr) {
    const auto wide = static_cast<std::int64_t>(static_cast<std::int32_t>(value));
    return {static_cast<std::uint32_t>(wide >> amount), static_cast<std::uint32_t>(wide >> (amount - 1)) & 1U};
  }
  if constexpr (kOperand == Operand::kRor) {
    const std::uint32_t rotated = std::rotr(value, static_cast<int>(amount));
    return {rotated, rotated >> 31};
  }
  if constexpr (kOperand == Operand::kRrx) return {value >> 1 | m.c << 31, value & 1U};
  return {value, m.c};
}

template <AluOp kOp, Operand kOperand, bool kFlags>
void alu(Machine& m, const Insn& i) {
  const Shifted second = operand<kOperand>(m, i);
  const std::uint32_t a = m.r[i.rn];
  const std::uint32_t b = second.value;
  // Arithmetic: flags from the addition.
  if constexpr (kOp == AluOp::kCmp) {
    add_with_carry(m, a, ~b, 1);
    return;
  }
  if constexpr (kOp == AluOp::kCmn) {
    add_with_carry(m, a, b, 0);
    return;
  }
  if constexpr (kOp == AluOp::kAdd) {
    m.r[i.rd] = kFlags ? add_with_carry(m, a, b, 0) : a + b;
    return;
  }
  if constexpr (kOp == AluOp::kSub) {
    m.r[i.rd] = kFlags ? add_with_carry(m, a, ~b, 1) : a - b;
    return;
  }
  if constexpr (kOp == AluOp::kRsb) {
    m.r[i.rd] = kFlags ? add_with_carry(m, ~a, b, 1) : b - a;
    return;
  }
  if constexpr (kOp == AluOp::kAdc) {
    m.r[i.rd] = kFlags ? add_with_carry(m, a, b, m.c) : a + b + m.c;
    return;
  }
  if constexpr (kOp == AluOp::kSbc) {
    m.r[i.rd] = kFlags ? add_with_carry(m, a, ~b, m.c) : a + ~b + m.c;
    return;
  }
  // Logic: carry from the shifter.
  std::uint32_t result = 0;
  if constexpr (kOp == AluOp::kAnd || kOp == AluOp::kTst) result = a & b;
  if constexpr (kOp == AluOp::kBic) result = a & ~b;
  if constexpr (kOp == AluOp::kOrr) result = a | b;
  if constexpr (kOp == AluOp::kOrn) result = a | ~b;
  if constexpr (kOp == AluOp::kEor || kOp == AluOp::kTeq) result = a ^ b;
  if constexpr (kOp == AluOp::kMov) result = b;
  if constexpr (kOp == AluOp::kMvn) result = ~b;
  if constexpr (kFlags || kOp == AluOp::kTst || kOp == AluOp::kTeq) {
    m.set_nz(result);
    m.c = second.carry;
  }
  if constexpr (kOp != AluOp::kTst && kOp != AluOp::kTeq) m.r[i.rd] = result;
}

template <AluOp kOp, Operand kOperand>
constexpr std::array<Handler, 2> kFlagVariants = {alu<kOp, kOperand, false>, alu<kOp, kOperand, true>};

template <AluOp kOp, std::size_t... kIndex>
constexpr std::array<std::array<Handler, 2>, kOperands> operand_variants(std::index_sequence<kIndex...> /*unused*/) {
  return {kFlagVariants<kOp, static_cast<Operand>(kIndex)>...};
}

template <std::size_t... kIndex>
constexpr std::array<std::array<std::array<Handler, 2>, kOperands>, kAluOps> all_variants(
    std::index_sequence<kIndex...> /*unused*/) {
  return {operand_variants<static_cast<AluOp>(kIndex)>(std::make_index_sequence<kOperands>())...};
}

constexpr auto kAluHandlers = all_variants(std::make_index_sequence<kAluOps>());

template <ShiftType kType, bool kFlags>
void shift_register(Machine& m, const Insn& i) {
  const std::uint32_t value = m.r[i.rn];
  const std::uint32_t amount = m.r[i.rm] & 0xFFU;
  std::uint32_t result = value;
  std::uint32_t carry = m.c;
  if (amount != 0) {
    if constexpr (kType == ShiftType::kLsl) {
      result = amount < 32 ? value << amount : 0;
      carry = amount <= 32 ? (value >> (32 - amount)) & 1U : 0;
    }
    if constexpr (kType == ShiftType::kLsr) {
      result = amount < 32 ? value >> amount : 0;
      carry = amount <= 32 ? (value >> (amount - 1)) & 1U : 0;
    }
    if constexpr (kType == ShiftType::kAsr) {
      const std::uint32_t limited = amount < 32 ? amount : 32;
      const auto wide = static_cast<std::int64_t>(static_cast<std::int32_t>(value));
      result = static_cast<std::uint32_t>(wide >> limited);
      carry = static_cast<std::uint32_t>(wide >> (limited - 1)) & 1U;
    }
    if constexpr (kType == ShiftType::kRor) {
      result = std::rotr(value, static_cast<int>(amount & 31U));
      carry = result >> 31;
    }
  }
  m.r[i.rd] = result;
  if constexpr (kFlags) {
    m.set_nz(result);
    m.c = carry;
  }
}

template <Extend kExtend, bool kAccumulate>
void extend(Machine& m, const Insn& i) {
  const std::uint32_t value = std::rotr(m.r[i.rm], static_cast<int>(i.imm));
  const std::uint32_t base = kAccumulate ? m.r[i.rn] : 0;
  const auto pair = [base](std::uint32_t low, std::uint32_t high) {
    return ((base + low) & 0xFFFFU) | ((base >> 16) + high) << 16;
  };
  const auto sign8 = [](std::uint32_t byte) { return static_cast<std::uint32_t>(static_cast<std::int8_t>(byte)); };
  if constexpr (kExtend == Extend::kSxth)
    m.r[i.rd] = base + static_cast<std::uint32_t>(static_cast<std::int16_t>(value));
  if constexpr (kExtend == Extend::kUxth) m.r[i.rd] = base + (value & 0xFFFFU);
  if constexpr (kExtend == Extend::kSxtb) m.r[i.rd] = base + sign8(value);
  if constexpr (kExtend == Extend::kUxtb) m.r[i.rd] = base + (value & 0xFFU);
  if constexpr (kExtend == Extend::kSxtb16) m.r[i.rd] = pair(sign8(value), sign8(value >> 16));
  if constexpr (kExtend == Extend::kUxtb16) m.r[i.rd] = pair(value & 0xFFU, (value >> 16) & 0xFFU);
}

}  // namespace

Handler alu_handler(AluOp op, Operand operand, bool set_flags) {
  return kAluHandlers[static_cast<std::size_t>(op)][static_cast<std::size_t>(operand)][set_flags ? 1 : 0];
}

Handler shift_register_handler(ShiftType type, bool set_flags) {
  switch (type) {
    case ShiftType::kLsl:
      return set_flags ? shift_register<ShiftType::kLsl, true> : shift_register<ShiftType::kLsl, false>;
    case ShiftType::kLsr:
      return set_flags ? shift_register<ShiftType::kLsr, true> : shift_register<ShiftType::kLsr, false>;
    case ShiftType::kAsr:
      return set_flags ? shift_register<ShiftType::kAsr, true> : shift_register<ShiftType::kAsr, false>;
    case ShiftType::kRor:
      break;
  }
  return set_flags ? shift_register<ShiftType::kRor, true> : shift_register<ShiftType::kRor, false>;
}

Handler extend_handler(Extend kind, bool accumulate) {
  switch (kind) {
    case Extend::kSxth:
      return accumulate ? extend<Extend::kSxth, true> : extend<Extend::kSxth, false>;
    case Extend::kUxth:
      return accumulate ? extend<Extend::kUxth, true> : extend<Extend::kUxth, false>;
    case Extend::kSxtb16:
      return accumulate ? extend<Extend::kSxtb16, true> : extend<Extend::kSxtb16, false>;
    case Extend::kUxtb16:
      return accumulate ? extend<Extend::kUxtb16, true> : extend<Extend::kUxtb16, false>;
    case Extend::kSxtb:
      return accumulate ? extend<Extend::kSxtb, true> : extend<Extend::kSxtb, false>;
    case Extend::kUxtb:
      break;
  }
  return accumulate ? extend<Extend::kUxtb, true> : extend<Extend::kUxtb, false>;
}

void add_pc(Machine& m, const Insn& i) { m.branch(m.r[i.rd] + m.r[i.rm], m.timing.branch_register_penalty); }

void mov_pc(Machine& m, const Insn& i) { m.branch(m.r[i.rm], m.timing.branch_register_penalty); }

void movt(Machine& m, const Insn& i) { m.r[i.rd] = (m.r[i.rd] & 0xFFFFU) | i.imm << 16; }

void bfi(Machine& m, const Insn& i) { m.r[i.rd] = (m.r[i.rd] & ~i.imm) | (m.r[i.rn] << i.ra & i.imm); }

void bfc(Machine& m, const Insn& i) { m.r[i.rd] &= ~i.imm; }

void sbfx(Machine& m, const Insn& i) {
  const std::uint32_t left = i.imm - i.ra;  // 32 - width - lowest bit
  m.r[i.rd] = static_cast<std::uint32_t>(static_cast<std::int32_t>(m.r[i.rn] << left) >> i.imm);
}

void ubfx(Machine& m, const Insn& i) { m.r[i.rd] = m.r[i.rn] << (i.imm - i.ra) >> i.imm; }

void clz(Machine& m, const Insn& i) { m.r[i.rd] = static_cast<std::uint32_t>(std::countl_zero(m.r[i.rm])); }

void rbit(Machine& m, const Insn& i) {
  std::uint32_t x = m.r[i.rm];
  x = (x >> 1 & 0x55555555U) | (x & 0x55555555U) << 1;
  x = (x >> 2 & 0x33333333U) | (x & 0x33333333U) << 2;
  x = (x >> 4 & 0x0F0F0F0FU) | (x & 0x0F0F0F0FU) << 4;
  m.r[i.rd] = __builtin_bswap32(x);
}

void rev(Machine& m, const Insn& i) { m.r[i.rd] = __builtin_bswap32(m.r[i.rm]); }

void rev16(Machine& m, const Insn& i) { m.r[i.rd] = std::rotl(__builtin_bswap32(m.r[i.rm]), 16); }

void revsh(Machine& m, const Insn& i) {
  m.r[i.rd] =
      static_cast<std::uint32_t>(static_cast<std::int16_t>(__builtin_bswap16(static_cast<std::uint16_t>(m.r[i.rm]))));
}

}  // namespace systolite::cpu
