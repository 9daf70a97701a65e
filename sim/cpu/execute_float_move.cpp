// SPDX-License-Identifier: Apache-2.0
// Floating point: between registers and memory.
#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

bool ready(Machine& m) { return m.fp_ready || m.prepare_fp(); }

bool load_registers(Machine& m, const Insn& i, std::uint32_t address) {
  if ((address & 3U) != 0) {
    m.raise(FaultKind::kUnaligned, address);
    return false;
  }
  for (unsigned k = 0; k < i.ra; ++k) {
    std::uint32_t value = 0;
    if (!m.load<std::uint32_t>(address + 4 * k, value)) return false;
    m.s[i.rd + k] = value;
  }
  return true;
}

bool store_registers(Machine& m, const Insn& i, std::uint32_t address) {
  if ((address & 3U) != 0) {
    m.raise(FaultKind::kUnaligned, address);
    return false;
  }
  for (unsigned k = 0; k < i.ra; ++k) {
    if (!m.store<std::uint32_t>(address + 4 * k, m.s[i.rd + k])) return false;
  }
  return true;
}

// First address, and the base afterwards.
struct Span {
  std::uint32_t start;
  std::uint32_t base;
};

Span span_of(const Machine& m, const Insn& i) {
  const std::uint32_t base = m.r[i.rn];
  const std::uint32_t bytes = 4U * i.ra;
  return (i.imm & 1U) != 0 ? Span{base - bytes, base - bytes} : Span{base, base + bytes};
}

}  // namespace

void float_to_core(Machine& m, const Insn& i) {
  if (ready(m)) m.r[i.rd] = m.s[i.rn];
}

void float_from_core(Machine& m, const Insn& i) {
  if (ready(m)) m.s[i.rn] = m.r[i.rd];
}

void float_pair_to_core(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  m.r[i.rd] = m.s[i.rm];
  m.r[i.ra] = m.s[i.rm + 1U];
}

void float_pair_from_core(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  m.s[i.rm] = m.r[i.rd];
  m.s[i.rm + 1U] = m.r[i.ra];
}

void float_status_read(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  if (i.rd != 15) {
    m.r[i.rd] = m.fpscr;
    return;
  }
  m.n = m.fpscr;
  m.z = (m.fpscr >> 30 & 1U) ^ 1U;
  m.c = m.fpscr >> 29 & 1U;
  m.v = m.fpscr >> 28 & 1U;
}

void float_status_write(Machine& m, const Insn& i) {
  constexpr std::uint32_t kWritable = 0xF7C0009FU;
  if (ready(m)) m.fpscr = m.r[i.rd] & kWritable;
}

void float_load(Machine& m, const Insn& i) {
  if (ready(m)) static_cast<void>(load_registers(m, i, m.r[i.rn] + i.imm));
}

void float_load_literal(Machine& m, const Insn& i) {
  if (ready(m)) static_cast<void>(load_registers(m, i, i.imm));
}

void float_store(Machine& m, const Insn& i) {
  if (ready(m)) static_cast<void>(store_registers(m, i, m.r[i.rn] + i.imm));
}

void float_load_multiple(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  const Span span = span_of(m, i);
  if (load_registers(m, i, span.start) && (i.imm & 2U) != 0) m.r[i.rn] = span.base;
}

void float_store_multiple(Machine& m, const Insn& i) {
  if (!ready(m)) return;
  const Span span = span_of(m, i);
  if (i.rn == 13 && (i.imm & 2U) != 0 && span.start < m.sp_limit) {
    m.raise(FaultKind::kStackLimit, span.start);
    return;
  }
  if (store_registers(m, i, span.start) && (i.imm & 2U) != 0) m.r[i.rn] = span.base;
}

}  // namespace systolite::cpu
