// SPDX-License-Identifier: Apache-2.0
// Guards, hints, special registers, and what stands for instructions that are none.
#include "sim/cpu/execute.h"
#include "sim/cpu/machine.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSemihosting = 0xAB;

// SYSm values.
constexpr std::uint32_t kMsp = 8;
constexpr std::uint32_t kPsp = 9;
constexpr std::uint32_t kMspLimit = 10;
constexpr std::uint32_t kPspLimit = 11;
constexpr std::uint32_t kPrimask = 16;
constexpr std::uint32_t kBasepri = 17;
constexpr std::uint32_t kBasepriMax = 18;
constexpr std::uint32_t kFaultmask = 19;
constexpr std::uint32_t kControl = 20;

std::uint32_t read_status(const Machine& m, std::uint32_t sysm) {
  std::uint32_t value = 0;
  if ((sysm & 1U) != 0) value |= static_cast<std::uint32_t>(m.exception);
  if ((sysm & 4U) == 0) value |= m.apsr();  // EPSR reads as zero
  return value;
}

void write_basepri(Machine& m, std::uint32_t value, bool only_raise) {
  const std::uint32_t priority = value & m.nvic.priority_mask();
  if (only_raise && (priority == 0 || (m.basepri != 0 && priority >= m.basepri))) return;
  m.basepri = priority;
  m.attention();
}

void write_control(Machine& m, std::uint32_t value) {
  std::uint32_t writable = m.v6m() ? 2U : 3U;
  if (m.core.fpu) writable |= 4U;
  std::uint32_t control = (m.control & ~writable) | (value & writable);
  if (m.handler_mode()) control = (control & ~2U) | (m.control & 2U);  // SPSEL is for threads
  m.set_context(m.exception, control);
  m.update_fp_ready();
}

}  // namespace

void guarded(Machine& m, const Insn& i) {
  if (i.it != 0 && !m.condition(i.it >> 4)) {
    ++m.counters.skipped;
    if (i.cycles > 1) m.cycle -= i.cycles - 1U;
    return;
  }
  m.r[15] = i.pc + 4;
  const std::uint32_t sp = m.r[13];
  i.body(m, i);
  m.r[13] &= ~3U;
  if (m.r[13] < m.sp_limit && m.r[13] < sp && !m.fault) {
    m.raise(FaultKind::kStackLimit, m.r[13]);
    m.r[13] = sp;
  }
}

void no_operation(Machine& /*machine*/, const Insn& /*insn*/) {}

void undefined(Machine& m, const Insn& i) { m.raise(FaultKind::kUndefined, i.imm); }

void fetch_fault(Machine& m, const Insn& i) {
  --m.counters.instructions[static_cast<std::size_t>(i.kind)];
  m.raise(static_cast<FaultKind>(i.imm), i.pc);
}

void no_coprocessor(Machine& m, const Insn& i) { m.raise(FaultKind::kNoCoprocessor, i.imm); }

void supervisor_call(Machine& m, const Insn& /*insn*/) {
  if (!m.may_take_svc()) {
    m.raise(FaultKind::kSupervisorCall);
    return;
  }
  m.nvic.pend(kSvCall);
  m.attention();
}

void breakpoint(Machine& m, const Insn& i) {
  if (i.imm == kSemihosting) {
    m.semihosting.call(m);
    return;
  }
  // It is not executed: run() meets it again.
  m.cycle -= i.cycles;
  --m.counters.instructions[static_cast<std::size_t>(i.kind)];
  m.stop_reason = StopReason::kBreakpoint;
  m.stop_message = "breakpoint " + std::to_string(i.imm) + " at " + hex(i.pc);
  m.rewind = true;
  m.attention();
}

void wait_for_interrupt(Machine& m, const Insn& /*insn*/) {
  m.sleeping = true;
  m.sleeps_for_event = false;
  m.attention();
}

void wait_for_event(Machine& m, const Insn& /*insn*/) {
  if (m.event) {
    m.event = false;
    return;
  }
  m.sleeping = true;
  m.sleeps_for_event = true;
  m.attention();
}

void send_event(Machine& m, const Insn& /*insn*/) { m.event = true; }

void change_state(Machine& m, const Insn& i) {
  if (!m.privileged()) return;
  const std::uint32_t value = (i.imm & 16U) != 0 ? 1 : 0;
  if ((i.imm & 2U) != 0) m.primask = value;
  // FAULTMASK can be set only below the priority that it gives.
  if ((i.imm & 1U) != 0 && (value == 0 || m.execution_priority() > -1)) m.faultmask = value;
  m.attention();
}

void read_special(Machine& m, const Insn& i) {
  const std::uint32_t sysm = i.imm;
  std::uint32_t value = 0;
  if (sysm < kMsp) {
    value = read_status(m, sysm);
  } else if (sysm == kControl) {
    value = m.control;
  } else if (m.privileged()) {
    switch (sysm) {
      case kMsp:
        value = m.msp();
        break;
      case kPsp:
        value = m.psp();
        break;
      case kMspLimit:
        value = m.msplim;
        break;
      case kPspLimit:
        value = m.psplim;
        break;
      case kPrimask:
        value = m.primask;
        break;
      case kBasepri:
      case kBasepriMax:
        value = m.basepri;
        break;
      case kFaultmask:
        value = m.faultmask;
        break;
      default:
        break;
    }
  }
  m.r[i.rd] = value;
}

void write_special(Machine& m, const Insn& i) {
  const std::uint32_t sysm = i.imm;
  const std::uint32_t value = m.r[i.rn];
  if (sysm < 4) {  // APSR and combinations with it
    if ((i.ra & 2U) != 0) m.set_apsr_nzcvq(value);
    if ((i.ra & 1U) != 0 && m.core.has_dsp()) m.ge = (value >> 16) & 15U;
    return;
  }
  if (!m.privileged()) return;
  switch (sysm) {
    case kMsp:
      m.set_msp(value);
      break;
    case kPsp:
      m.set_psp(value);
      break;
    case kMspLimit:
      m.msplim = value & ~7U;
      m.set_context(m.exception, m.control);
      break;
    case kPspLimit:
      m.psplim = value & ~7U;
      m.set_context(m.exception, m.control);
      break;
    case kPrimask:
      m.primask = value & 1U;
      m.attention();
      break;
    case kBasepri:
      write_basepri(m, value, false);
      break;
    case kBasepriMax:
      write_basepri(m, value, true);
      break;
    case kFaultmask:
      if ((value & 1U) == 0 || m.execution_priority() > -1) m.faultmask = value & 1U;
      m.attention();
      break;
    case kControl:
      write_control(m, value);
      break;
    default:
      break;
  }
}

void test_target(Machine& m, const Insn& i) {
  // Without a memory protection unit and security extension: readable and writable where something is, no region
  // numbers.
  constexpr std::uint32_t kReadWrite = 3U << 18;
  m.r[i.rd] = m.memory.find(m.r[i.rn], 1) != nullptr ? kReadWrite : 0;
}

}  // namespace systolite::cpu
