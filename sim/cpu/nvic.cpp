// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/nvic.h"

#include <algorithm>

namespace systolite::cpu {

Nvic::Nvic(int priority_bits, int interrupts)
    : mask_(static_cast<std::uint8_t>(0xFF00U >> static_cast<unsigned>(priority_bits))), interrupts_(interrupts) {
  for (const int exception :
       {kNmi, kHardFault, kMemManage, kBusFault, kUsageFault, kSvCall, kDebugMonitor, kPendSv, kSysTick})
    set(exists_, exception, true);
  for (int irq = 0; irq < interrupts; ++irq) set(exists_, kFirstIrq + irq, true);
  reset();
}

void Nvic::reset() {
  pending_.reset();
  active_.reset();
  enabled_.reset();
  priority_.fill(0);
  prigroup_ = 0;
  for (const int exception : {kNmi, kHardFault, kSvCall, kPendSv, kSysTick}) set(enabled_, exception, true);
  pending_ |= line_;
}

void Nvic::activate(int exception) {
  set(active_, exception, true);
  set(pending_, exception, false);
}

void Nvic::deactivate(int exception) {
  set(active_, exception, false);
  if (line_[static_cast<std::size_t>(exception)]) pend(exception);
}

void Nvic::clear_pending(int exception) {
  set(pending_, exception, line_[static_cast<std::size_t>(exception)] && !active(exception));
}

void Nvic::set_line(int irq, bool level) {
  const int exception = kFirstIrq + irq;
  const bool rises = level && !line_[static_cast<std::size_t>(exception)];
  set(line_, exception, level);
  if (rises && !active(exception)) pend(exception);
}

void Nvic::set_priority(int exception, std::uint8_t value) {
  priority_[static_cast<std::size_t>(exception)] = static_cast<std::uint8_t>(value & mask_);
}

int Nvic::group_of(std::uint8_t priority) const { return priority >> (prigroup_ + 1) << (prigroup_ + 1); }

int Nvic::group_priority(int exception) const {
  if (exception == kNmi) return -2;
  if (exception == kHardFault) return -1;
  return group_of(priority(exception));
}

int Nvic::active_priority() const {
  int lowest = kIdlePriority;
  for (std::size_t e = active_._Find_first(); e < active_.size(); e = active_._Find_next(e))
    lowest = std::min(lowest, group_priority(static_cast<int>(e)));
  return lowest;
}

int Nvic::first_pending() const {
  const std::bitset<kExceptionCount> ready = pending_ & enabled_ & exists_;
  int best = 0;
  int best_priority = kIdlePriority + 1;
  for (std::size_t e = ready._Find_first(); e < ready.size(); e = ready._Find_next(e)) {
    const int exception = static_cast<int>(e);
    // Of equal group priorities the lower subpriority comes first, then the lower number.
    const int full = exception <= kHardFault ? group_priority(exception) : priority(exception);
    if (full < best_priority) {
      best = exception;
      best_priority = full;
    }
  }
  return best;
}

}  // namespace systolite::cpu
