// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/timer.h"

namespace systolite {
namespace {

constexpr std::uint32_t kCtrlBits =
    SLT_TIMER_CTRL_ENABLE_MASK | SLT_TIMER_CTRL_PERIODIC_MASK | SLT_TIMER_CTRL_IRQ_ENABLE_MASK;
constexpr Cycles kAccessCycles = 1;

}  // namespace

Cycles Timer::State::to_match() const noexcept {
  if (!counting()) return 0;
  if (restarts()) return Cycles{compare} + 1;
  const std::uint32_t distance = compare - count;
  return distance == 0 ? Cycles{1} << 32U : Cycles{distance};
}

void Timer::State::advance(Cycles cycle) noexcept {
  if (cycle <= now) return;
  Cycles left = cycle - now;
  now = cycle;
  if (!counting()) return;
  if (const Cycles distance = to_match(); left >= distance) {
    status |= SLT_TIMER_STATUS_MATCH_MASK;
    count = compare;
    left = (left - distance) % to_match();  // further matches change nothing
  }
  if (left != 0) count = restarts() ? static_cast<std::uint32_t>(left - 1) : count + static_cast<std::uint32_t>(left);
}

std::optional<std::uint32_t> Timer::State::read(std::uint32_t offset) const noexcept {
  switch (offset) {
    case SLT_TIMER_CTRL_OFFSET:
      return ctrl;
    case SLT_TIMER_COUNT_OFFSET:
      return count;
    case SLT_TIMER_COMPARE_OFFSET:
      return compare;
    case SLT_TIMER_STATUS_OFFSET:
      return status;
    default:
      return std::nullopt;
  }
}

bool Timer::State::write(std::uint32_t offset, std::uint32_t value) noexcept {
  switch (offset) {
    case SLT_TIMER_CTRL_OFFSET:
      ctrl = value & kCtrlBits;
      return true;
    case SLT_TIMER_COUNT_OFFSET:
      count = value;
      return true;
    case SLT_TIMER_COMPARE_OFFSET:
      compare = value;
      return true;
    case SLT_TIMER_STATUS_OFFSET:
      status &= ~(value & SLT_TIMER_STATUS_MATCH_MASK);
      return true;
    default:
      return false;
  }
}

Timer::Timer(const sc_core::sc_module_name& name, const ClockDomain& clock)
    : RegisterModule(name, clock, SLT_SOC_TIMER_BYTES), irq("irq") {
  SC_HAS_PROCESS(Timer);
  SC_METHOD(update);
  sensitive << change_;
  dont_initialize();
}

void Timer::update() {
  state_.advance(current_cycle());
  const bool match = (state_.status & SLT_TIMER_STATUS_MATCH_MASK) != 0;
  const bool enabled = (state_.ctrl & SLT_TIMER_CTRL_IRQ_ENABLE_MASK) != 0;
  irq.write(match && enabled);
  // Without its interrupt the timer is no event: a system in which nothing else happens is idle.
  if (const Cycles distance = state_.to_match(); distance != 0 && !match && enabled) {
    change_.notify(time_until(state_.now + distance));
  }
}

std::optional<std::uint32_t> Timer::read(std::uint32_t offset, Cycles now, Cycles& end) {
  state_.advance(now);
  end = now + kAccessCycles;
  return state_.read(offset);
}

bool Timer::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  state_.advance(end);  // the value holds from the cycle after the access
  if (!state_.write(offset, value)) return false;
  change_.cancel();
  change_.notify(time_until(end));
  return true;
}

std::optional<std::uint32_t> Timer::peek(std::uint32_t offset) {
  State state = state_;
  state.advance(current_cycle());
  return state.read(offset);
}

}  // namespace systolite
