// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/interrupt_registers.h"

#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSetEnable = 0xE000E100U;
constexpr std::uint32_t kClearEnable = 0xE000E180U;
constexpr std::uint32_t kSetPending = 0xE000E200U;
constexpr std::uint32_t kClearPending = 0xE000E280U;
constexpr std::uint32_t kActive = 0xE000E300U;
constexpr std::uint32_t kPriority = 0xE000E400U;
constexpr std::uint32_t kPriorityEnd = 0xE000E4F0U;
constexpr std::uint32_t kIcsr = 0xE000ED04U;
constexpr std::uint32_t kAircr = 0xE000ED0CU;
constexpr std::uint32_t kSystemPriority = 0xE000ED18U;
constexpr std::uint32_t kSystemPriorityEnd = 0xE000ED24U;
constexpr std::uint32_t kShcsr = 0xE000ED24U;
constexpr std::uint32_t kStir = 0xE000EF00U;

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

}  // namespace

bool read_interrupt_register(Machine& m, std::uint32_t address, std::uint32_t& value) {
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
    case kIcsr:
      value = interrupt_state(m);
      return true;
    case kAircr:
      value = 0xFA050000U | m.nvic.priority_group() << 8;
      return true;
    case kShcsr:
      value = m.v6m() ? handler_state(m) & 1U << 15 : handler_state(m);
      return true;
    default:
      return false;
  }
}

bool write_interrupt_register(Machine& m, std::uint32_t address, std::uint32_t value) {
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
    case kIcsr:
      set_interrupt_state(m, value);
      return true;
    case kAircr:
      set_reset_and_grouping(m, value);
      return true;
    case kShcsr:
      if (m.v6m()) {
        if ((value & 1U << 15) != 0) m.nvic.pend(kSvCall);
      } else {
        set_handler_state(m, value);
      }
      return true;
    case kStir:
      if (static_cast<int>(value & 0x1FFU) < m.nvic.interrupts())
        m.nvic.pend(kFirstIrq + static_cast<int>(value & 0x1FFU));
      return true;
    default:
      return false;
  }
}

}  // namespace systolite::cpu
