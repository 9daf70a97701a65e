// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/systick.h"

#include <limits>

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kEnable = 1;
constexpr std::uint32_t kInterrupt = 2;
constexpr std::uint32_t kCoreClock = 4;
constexpr std::uint32_t kCountFlag = 1U << 16;
constexpr std::uint32_t kCounterMask = 0xFFFFFF;
constexpr std::uint32_t kNoReference = 1U << 31;  // SYST_CALIB.NOREF

}  // namespace

void SysTick::reset() { *this = SysTick(); }

void SysTick::start(std::uint64_t cycle, std::uint32_t value) {
  if (value != 0) {
    zero_at_ = cycle + value;
  } else {
    zero_at_ = reload_ != 0 ? cycle + 1 + reload_ : 0;  // the next cycle reloads
  }
}

std::uint64_t SysTick::next_interrupt() const {
  return counting() && (control_ & kInterrupt) != 0 ? zero_at_ : std::numeric_limits<std::uint64_t>::max();
}

bool SysTick::advance(std::uint64_t cycle) {
  if (!counting() || cycle < zero_at_) return false;
  count_flag_ = true;
  const bool interrupt = (control_ & kInterrupt) != 0;
  if (reload_ == 0) {
    zero_at_ = 0;
    held_ = 0;
  } else {
    const std::uint64_t period = std::uint64_t{reload_} + 1;
    zero_at_ += ((cycle - zero_at_) / period + 1) * period;
  }
  return interrupt;
}

std::uint32_t SysTick::read(std::uint32_t offset, std::uint64_t cycle) {
  switch (offset) {
    case 0: {
      const std::uint32_t value = control_ | kCoreClock | (count_flag_ ? kCountFlag : 0);
      count_flag_ = false;
      return value;
    }
    case 4:
      return reload_;
    case 8: {
      if (!counting()) return held_;
      const std::uint64_t left = zero_at_ - cycle;
      return left == std::uint64_t{reload_} + 1 ? 0 : static_cast<std::uint32_t>(left);  // it reloads in the next cycle
    }
    default:
      return kNoReference;
  }
}

void SysTick::write(std::uint32_t offset, std::uint32_t value, std::uint64_t cycle) {
  switch (offset) {
    case 0: {
      const bool was = (control_ & kEnable) != 0;
      const bool is = (value & kEnable) != 0;
      if (was && !is) {
        held_ = read(8, cycle);
        zero_at_ = 0;
      }
      control_ = value & (kEnable | kInterrupt);
      if (!was && is) start(cycle, held_);
      break;
    }
    case 4:
      reload_ = value & kCounterMask;
      if ((control_ & kEnable) != 0 && zero_at_ == 0) start(cycle, 0);
      break;
    case 8:  // any write clears the counter
      held_ = 0;
      count_flag_ = false;
      if ((control_ & kEnable) != 0) start(cycle, 0);
      break;
    default:
      break;
  }
}

}  // namespace systolite::cpu
