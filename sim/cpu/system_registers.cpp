// SPDX-License-Identifier: Apache-2.0
// The private peripheral bus: system control, SysTick, DWT cycle counter, ITM stimulus ports (DDI 0403, B3, C1).
#include "sim/cpu/interrupt_registers.h"
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kItmBase = 0xE0000000U;
constexpr std::uint32_t kItmPorts = 32;
constexpr std::uint32_t kItmEnable = 0xE0000E00U;
constexpr std::uint32_t kDwtControl = 0xE0001000U;
constexpr std::uint32_t kDwtCycles = 0xE0001004U;
constexpr std::uint32_t kSystickBase = 0xE000E010U;
constexpr std::uint32_t kSystickEnd = 0xE000E020U;
constexpr std::uint32_t kCpuid = 0xE000ED00U;
constexpr std::uint32_t kVtor = 0xE000ED08U;
constexpr std::uint32_t kScr = 0xE000ED10U;
constexpr std::uint32_t kCcr = 0xE000ED14U;
constexpr std::uint32_t kCfsr = 0xE000ED28U;
constexpr std::uint32_t kHfsr = 0xE000ED2CU;
constexpr std::uint32_t kMmfar = 0xE000ED34U;
constexpr std::uint32_t kBfar = 0xE000ED38U;
constexpr std::uint32_t kCpacr = 0xE000ED88U;
constexpr std::uint32_t kDemcr = 0xE000EDFCU;
constexpr std::uint32_t kStir = 0xE000EF00U;
constexpr std::uint32_t kFpccr = 0xE000EF34U;
constexpr std::uint32_t kFpcar = 0xE000EF38U;
constexpr std::uint32_t kFpdscr = 0xE000EF3CU;
constexpr std::uint32_t kMvfr0 = 0xE000EF40U;
constexpr std::uint32_t kMvfr1 = 0xE000EF44U;
constexpr std::uint32_t kMvfr2 = 0xE000EF48U;
constexpr std::uint32_t kControlBase = 0xE000E000U;
constexpr std::uint32_t kControlEnd = 0xE000F000U;
constexpr std::uint32_t kTraceEnable = 1U << 24;  // DEMCR.TRCENA

bool in(std::uint32_t address, std::uint32_t begin, std::uint32_t end) { return address >= begin && address < end; }

// CYCCNT counts what the core's clock does: not in sleep.
std::uint64_t awake(const Machine& m) { return m.cycle - m.counters.sleep_cycles; }

bool counts_cycles(const Machine& m) { return (m.dwt_control & 1U) != 0 && (m.demcr & kTraceEnable) != 0; }

std::uint32_t cycle_count(const Machine& m) {
  return counts_cycles(m) ? m.dwt_count + static_cast<std::uint32_t>(awake(m) - m.dwt_since) : m.dwt_count;
}

void hold_cycle_count(Machine& m, std::uint32_t value) {
  m.dwt_count = value;
  m.dwt_since = awake(m);
}

std::uint32_t writable_ccr(const Machine& m) {
  if (m.v6m()) return 0;
  return m.v8m() ? 0x0007071AU : 0x0007031BU;
}

std::uint32_t fixed_ccr(const Machine& m) { return m.v6m() ? 0x208U : m.v8m() ? 0x201U : 0; }

// A word of the registers that only words are read from, or nothing.
bool read_word(Machine& m, std::uint32_t address, std::uint32_t& value) {
  value = 0;
  if (in(address, kItmBase, kItmBase + 4 * kItmPorts)) {
    value = 1;  // the port takes another word
    return true;
  }
  if (in(address, kSystickBase, kSystickEnd)) {
    if (m.systick.advance(m.cycle)) m.nvic.pend(kSysTick);
    value = m.systick.read(address - kSystickBase, m.cycle);
    return true;
  }
  if (read_interrupt_register(m, address, value)) return true;
  switch (address) {
    case kItmEnable:
      value = m.itm_enable;
      return true;
    case kDwtControl:
      // Comparators and the other counters are not there; without CYCCNT (ARMv6-M) NOCYCCNT says so.
      value = m.v6m() ? 1U << 25 : m.dwt_control;
      return true;
    case kDwtCycles:
      value = m.v6m() ? 0 : cycle_count(m);
      return true;
    case kCpuid:
      value = m.core.cpuid;
      return true;
    case kVtor:
      value = m.vtor;
      return true;
    case kScr:
      value = m.scr;
      return true;
    case kCcr:
      value = m.ccr | fixed_ccr(m);
      return true;
    case kCfsr:
      value = m.v6m() ? 0 : m.cfsr;
      return true;
    case kHfsr:
      value = m.v6m() ? 0 : m.hfsr;
      return true;
    case kMmfar:
      value = m.mmfar;
      return true;
    case kBfar:
      value = m.v6m() ? 0 : m.bfar;
      return true;
    case kCpacr:
      value = m.cpacr;
      return true;
    case kDemcr:
      value = m.demcr;
      return true;
    case kFpccr:
      value = m.fpccr;
      return true;
    case kFpcar:
      value = m.fpcar;
      return true;
    case kFpdscr:
      value = m.fpdscr;
      return true;
    case kMvfr0:
      value = m.core.fpu ? 0x10110021U : 0;
      return true;
    case kMvfr1:
      value = m.core.fpu ? 0x11000011U : 0;
      return true;
    case kMvfr2:
      value = m.core.fpu && m.core.fpv5 ? 0x40U : 0;
      return true;
    default:
      return in(address, kControlBase, kControlEnd) || in(address, kDwtControl, kDwtControl + 0x1000) ||
             in(address, kItmBase, kItmBase + 0x1000);
  }
}

bool write_word(Machine& m, std::uint32_t address, std::uint32_t value) {
  m.attention();  // what is pending or masked may change
  if (in(address, kItmBase, kItmBase + 4 * kItmPorts)) {
    if (m.mark_sink) m.mark_sink({.cycle = m.cycle, .port = (address - kItmBase) / 4, .value = value});
    return true;
  }
  if (in(address, kSystickBase, kSystickEnd)) {
    if (m.systick.advance(m.cycle)) m.nvic.pend(kSysTick);
    m.systick.write(address - kSystickBase, value, m.cycle);
    return true;
  }
  if (write_interrupt_register(m, address, value)) return true;
  switch (address) {
    case kItmEnable:
      m.itm_enable = value;
      break;
    case kDwtControl:
      hold_cycle_count(m, cycle_count(m));
      m.dwt_control = value & 1U;
      break;
    case kDwtCycles:
      hold_cycle_count(m, value);
      break;
    case kVtor:
      m.vtor = value & ~0x7FU;
      break;
    case kScr:
      m.scr = value & 0x16U;
      break;
    case kCcr:
      m.ccr = (m.ccr & ~writable_ccr(m)) | (value & writable_ccr(m));
      break;
    case kCfsr:
      m.cfsr &= ~value;
      break;
    case kHfsr:
      m.hfsr &= ~value;
      break;
    case kMmfar:
      m.mmfar = value;
      break;
    case kBfar:
      m.bfar = value;
      break;
    case kCpacr:
      if (m.core.fpu) m.cpacr = value & 15U << 20;
      m.update_fp_ready();
      break;
    case kDemcr:
      hold_cycle_count(m, cycle_count(m));
      m.demcr = value & 0x010F07F1U;
      break;
    case kFpccr:
      if (m.core.fpu) m.fpccr = value & (3U << 30 | 1U);
      m.update_fp_ready();
      break;
    case kFpcar:
      m.fpcar = value & ~7U;
      break;
    case kFpdscr:
      m.fpdscr = value & (7U << 24 | 3U << 22);
      break;
    default:
      return in(address, kControlBase, kControlEnd) || in(address, kDwtControl, kDwtControl + 0x1000) ||
             in(address, kItmBase, kItmBase + 0x1000);
  }
  return true;
}

}  // namespace

bool Machine::read_system(std::uint32_t address, int bytes, std::uint32_t& value) {
  if (!privileged()) return false;
  if (!read_word(*this, address & ~3U, value)) return false;
  value >>= 8 * (address & 3U);
  if (bytes < 4) value &= (1U << 8 * bytes) - 1;
  return true;
}

bool Machine::write_system(std::uint32_t address, int bytes, std::uint32_t value) {
  if (!privileged() && !(address == kStir && (ccr & 2U) != 0)) return false;
  if (bytes == 4 || in(address, kItmBase, kItmBase + 4 * kItmPorts)) return write_word(*this, address & ~3U, value);
  const std::uint32_t shift = 8 * (address & 3U);
  const std::uint32_t mask = ((1U << 8 * bytes) - 1) << shift;
  const std::uint32_t word = address & ~3U;
  std::uint32_t old = 0;
  // Bits of the status register are cleared by writing ones: what is not written must be zero.
  if (word != kCfsr && !read_word(*this, word, old)) return false;
  return write_word(*this, word, (old & ~mask) | (value << shift & mask));
}

}  // namespace systolite::cpu
