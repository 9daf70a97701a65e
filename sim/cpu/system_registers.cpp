// SPDX-License-Identifier: Apache-2.0
// The private peripheral bus: system control, NVIC, SysTick, DWT cycle counter, ITM stimulus ports (DDI 0403, B3, C1).
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
constexpr std::uint32_t kSetEnable = 0xE000E100U;
constexpr std::uint32_t kClearEnable = 0xE000E180U;
constexpr std::uint32_t kSetPending = 0xE000E200U;
constexpr std::uint32_t kClearPending = 0xE000E280U;
constexpr std::uint32_t kActive = 0xE000E300U;
constexpr std::uint32_t kPriority = 0xE000E400U;
constexpr std::uint32_t kPriorityEnd = 0xE000E4F0U;
constexpr std::uint32_t kCpuid = 0xE000ED00U;
constexpr std::uint32_t kIcsr = 0xE000ED04U;
constexpr std::uint32_t kVtor = 0xE000ED08U;
constexpr std::uint32_t kAircr = 0xE000ED0CU;
constexpr std::uint32_t kScr = 0xE000ED10U;
constexpr std::uint32_t kCcr = 0xE000ED14U;
constexpr std::uint32_t kSystemPriority = 0xE000ED18U;
constexpr std::uint32_t kSystemPriorityEnd = 0xE000ED24U;
constexpr std::uint32_t kShcsr = 0xE000ED24U;
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

// 32 bits of a property of the interrupts, from the register at `address`.
template <typename Property>
std::uint32_t gather(const Nvic& nvic, std::uint32_t address, std::uint32_t base, Property&& property) {
  std::uint32_t value = 0;
  const int first = static_cast<int>((address - base) / 4 * 32);
  for (int k = 0; k < 32 && first + k < nvic.interrupts(); ++k) {
    if (property(kFirstIrq + first + k)) value |= 1U << static_cast<unsigned>(k);
  }
  return value;
}

template <typename Action>
void for_each_bit(const Nvic& nvic, std::uint32_t address, std::uint32_t base, std::uint32_t value, Action&& action) {
  const int first = static_cast<int>((address - base) / 4 * 32);
  for (int k = 0; k < 32 && first + k < nvic.interrupts(); ++k) {
    if ((value >> k & 1U) != 0) action(kFirstIrq + first + k);
  }
}

std::uint32_t four_priorities(const Nvic& nvic, int first) {
  std::uint32_t value = 0;
  for (int k = 0; k < 4; ++k) value |= std::uint32_t{nvic.priority(first + k)} << 8 * k;
  return value;
}

void set_four_priorities(Nvic& nvic, int first, std::uint32_t value) {
  for (int k = 0; k < 4; ++k) {
    if (nvic.exists(first + k)) nvic.set_priority(first + k, static_cast<std::uint8_t>(value >> 8 * k));
  }
}

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

std::uint32_t interrupt_state(const Machine& m) {
  std::uint32_t value = static_cast<std::uint32_t>(m.exception);
  if (m.nvic.active_count() <= 1) value |= 1U << 11;  // RETTOBASE
  value |= static_cast<std::uint32_t>(m.nvic.first_pending()) << 12;
  for (int number = kFirstIrq; number < kFirstIrq + m.nvic.interrupts(); ++number) {
    if (m.nvic.pending(number)) value |= 1U << 22;
  }
  if (m.nvic.pending(kSysTick)) value |= 1U << 26;
  if (m.nvic.pending(kPendSv)) value |= 1U << 28;
  if (m.nvic.pending(kNmi)) value |= 1U << 31;
  return value;
}

void set_interrupt_state(Machine& m, std::uint32_t value) {
  if ((value & 1U << 31) != 0) m.nvic.pend(kNmi);
  if ((value & 1U << 28) != 0) m.nvic.pend(kPendSv);
  if ((value & 1U << 27) != 0) m.nvic.unpend(kPendSv);
  if ((value & 1U << 26) != 0) m.nvic.pend(kSysTick);
  if ((value & 1U << 25) != 0) m.nvic.unpend(kSysTick);
}

struct HandlerBit {
  unsigned bit;
  int exception;
};
constexpr HandlerBit kActiveBits[] = {{0, kMemManage},    {1, kBusFault}, {3, kUsageFault}, {7, kSvCall},
                                      {8, kDebugMonitor}, {10, kPendSv},  {11, kSysTick}};
constexpr HandlerBit kPendedBits[] = {{12, kUsageFault}, {13, kMemManage}, {14, kBusFault}, {15, kSvCall}};
constexpr HandlerBit kEnabledBits[] = {{16, kMemManage}, {17, kBusFault}, {18, kUsageFault}};

std::uint32_t handler_state(const Machine& m) {
  std::uint32_t value = 0;
  for (const auto& [bit, exception] : kActiveBits) value |= m.nvic.active(exception) ? 1U << bit : 0;
  for (const auto& [bit, exception] : kPendedBits) value |= m.nvic.pending(exception) ? 1U << bit : 0;
  for (const auto& [bit, exception] : kEnabledBits) value |= m.nvic.enabled(exception) ? 1U << bit : 0;
  return value;
}

void set_handler_state(Machine& m, std::uint32_t value) {
  for (const auto& [bit, exception] : kActiveBits) m.nvic.set_active(exception, (value >> bit & 1U) != 0);
  for (const auto& [bit, exception] : kPendedBits) {
    if ((value >> bit & 1U) != 0) {
      m.nvic.pend(exception);
    } else {
      m.nvic.unpend(exception);
    }
  }
  for (const auto& [bit, exception] : kEnabledBits) m.nvic.enable(exception, (value >> bit & 1U) != 0);
}

void set_reset_and_grouping(Machine& m, std::uint32_t value) {
  constexpr std::uint32_t kKey = 0x05FA;
  if (value >> 16 != kKey) return;
  if (!m.v6m()) m.nvic.set_priority_group(value >> 8 & 7U);
  if ((value & 4U) != 0) m.stop_reason = StopReason::kReset;
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
  if (in(address, kSetEnable, kSetEnable + 0x40) || in(address, kClearEnable, kClearEnable + 0x40)) {
    value = gather(m.nvic, address, address & ~0x7FU, [&m](int number) { return m.nvic.enabled(number); });
    return true;
  }
  if (in(address, kSetPending, kSetPending + 0x40) || in(address, kClearPending, kClearPending + 0x40)) {
    value = gather(m.nvic, address, address & ~0x7FU, [&m](int number) { return m.nvic.pending(number); });
    return true;
  }
  if (in(address, kActive, kActive + 0x40)) {
    value = gather(m.nvic, address, kActive, [&m](int number) { return m.nvic.active(number); });
    return true;
  }
  if (in(address, kPriority, kPriorityEnd)) {
    value = four_priorities(m.nvic, kFirstIrq + static_cast<int>(address - kPriority));
    return true;
  }
  if (in(address, kSystemPriority, kSystemPriorityEnd)) {
    value = four_priorities(m.nvic, 4 + static_cast<int>(address - kSystemPriority));
    return true;
  }
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
    case kIcsr:
      value = interrupt_state(m);
      return true;
    case kVtor:
      value = m.vtor;
      return true;
    case kAircr:
      value = 0xFA050000U | m.nvic.priority_group() << 8;
      return true;
    case kScr:
      value = m.scr;
      return true;
    case kCcr:
      value = m.ccr | fixed_ccr(m);
      return true;
    case kShcsr:
      value = m.v6m() ? handler_state(m) & 1U << 15 : handler_state(m);
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
  const auto each = [&](std::uint32_t base, auto&& action) { for_each_bit(m.nvic, address, base, value, action); };
  if (in(address, kSetEnable, kSetEnable + 0x40)) {
    each(kSetEnable, [&m](int number) { m.nvic.enable(number, true); });
    return true;
  }
  if (in(address, kClearEnable, kClearEnable + 0x40)) {
    each(kClearEnable, [&m](int number) { m.nvic.enable(number, false); });
    return true;
  }
  if (in(address, kSetPending, kSetPending + 0x40)) {
    each(kSetPending, [&m](int number) { m.nvic.pend(number); });
    return true;
  }
  if (in(address, kClearPending, kClearPending + 0x40)) {
    each(kClearPending, [&m](int number) { m.nvic.clear_pending(number); });
    return true;
  }
  if (in(address, kPriority, kPriorityEnd)) {
    set_four_priorities(m.nvic, kFirstIrq + static_cast<int>(address - kPriority), value);
    return true;
  }
  if (in(address, kSystemPriority, kSystemPriorityEnd)) {
    set_four_priorities(m.nvic, 4 + static_cast<int>(address - kSystemPriority), value);
    return true;
  }
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
    case kIcsr:
      set_interrupt_state(m, value);
      break;
    case kVtor:
      m.vtor = value & ~0x7FU;
      break;
    case kAircr:
      set_reset_and_grouping(m, value);
      break;
    case kScr:
      m.scr = value & 0x16U;
      break;
    case kCcr:
      m.ccr = (m.ccr & ~writable_ccr(m)) | (value & writable_ccr(m));
      break;
    case kShcsr:
      if (m.v6m()) {
        if ((value & 1U << 15) != 0) m.nvic.pend(kSvCall);
      } else {
        set_handler_state(m, value);
      }
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
    case kStir:
      if (static_cast<int>(value & 0x1FFU) < m.nvic.interrupts())
        m.nvic.pend(kFirstIrq + static_cast<int>(value & 0x1FFU));
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
