// SPDX-License-Identifier: Apache-2.0
// Multiplies and divides.
#include <algorithm>
#include <bit>

#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kDivideByZeroTrap = 1U << 4;  // CCR.DIV_0_TRP

std::uint64_t pair(const Machine& m, const Insn& i) { return std::uint64_t{m.r[i.ra]} << 32 | m.r[i.rd]; }

void set_pair(Machine& m, const Insn& i, std::uint64_t value) {
  m.r[i.rd] = static_cast<std::uint32_t>(value);
  m.r[i.ra] = static_cast<std::uint32_t>(value >> 32);
}

std::uint64_t signed_product(const Machine& m, const Insn& i) {
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(m.r[i.rn])} *
                                    static_cast<std::int32_t>(m.r[i.rm]));
}

std::uint64_t unsigned_product(const Machine& m, const Insn& i) { return std::uint64_t{m.r[i.rn]} * m.r[i.rm]; }

// The divider ends early: it takes a step for some bits of the quotient (configs/cpu/README.md).
void pay_divide(Machine& m, std::uint32_t dividend, std::uint32_t divisor) {
  const int bits = divisor == 0 ? 0 : std::countl_zero(divisor) - std::countl_zero(dividend) + 1;
  const int steps = (std::max(bits, 0) + m.timing.divide_bits_per_cycle - 1) / m.timing.divide_bits_per_cycle;
  m.cycle += static_cast<unsigned>(std::min(steps, m.timing.divide_max - m.timing.divide_min));
}

bool division_by_zero(Machine& m, const Insn& i) {
  if (m.r[i.rm] != 0) return false;
  if ((m.ccr & kDivideByZeroTrap) != 0) {
    m.raise(FaultKind::kDivideByZero);
  } else {
    m.r[i.rd] = 0;
  }
  return true;
}

std::uint32_t magnitude(std::uint32_t value) { return (value >> 31) != 0 ? 0U - value : value; }

}  // namespace

void mul(Machine& m, const Insn& i) { m.r[i.rd] = m.r[i.rn] * m.r[i.rm]; }

void muls(Machine& m, const Insn& i) { m.set_nz(m.r[i.rd] = m.r[i.rn] * m.r[i.rm]); }

void mla(Machine& m, const Insn& i) { m.r[i.rd] = m.r[i.ra] + m.r[i.rn] * m.r[i.rm]; }

void mls(Machine& m, const Insn& i) { m.r[i.rd] = m.r[i.ra] - m.r[i.rn] * m.r[i.rm]; }

void smull(Machine& m, const Insn& i) { set_pair(m, i, signed_product(m, i)); }

void umull(Machine& m, const Insn& i) { set_pair(m, i, unsigned_product(m, i)); }

void smlal(Machine& m, const Insn& i) { set_pair(m, i, pair(m, i) + signed_product(m, i)); }

void umlal(Machine& m, const Insn& i) { set_pair(m, i, pair(m, i) + unsigned_product(m, i)); }

void umaal(Machine& m, const Insn& i) { set_pair(m, i, unsigned_product(m, i) + m.r[i.rd] + m.r[i.ra]); }

void sdiv(Machine& m, const Insn& i) {
  if (division_by_zero(m, i)) return;
  const std::uint32_t dividend = magnitude(m.r[i.rn]);
  const std::uint32_t divisor = magnitude(m.r[i.rm]);
  const bool negative = ((m.r[i.rn] ^ m.r[i.rm]) >> 31) != 0;
  pay_divide(m, dividend, divisor);
  const std::uint32_t quotient = dividend / divisor;  // 0x80000000 / -1 stays 0x80000000
  m.r[i.rd] = negative ? 0U - quotient : quotient;
}

void udiv(Machine& m, const Insn& i) {
  if (division_by_zero(m, i)) return;
  pay_divide(m, m.r[i.rn], m.r[i.rm]);
  m.r[i.rd] = m.r[i.rn] / m.r[i.rm];
}

}  // namespace systolite::cpu
