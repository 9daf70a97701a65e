// SPDX-License-Identifier: Apache-2.0
// The one clock of the SoC: integer cycles inside, sc_time at the sockets.
#pragma once

#include <systemc>

#include "sim/device/trace.h"

namespace systolite {

// Cycle n lasts from n to n + 1 periods after the start of the simulation. The period is the nearest whole number of
// time resolution units (picoseconds), so simulated time differs from cycles / frequency by up to 0.1 %; cycles are
// exact.
class ClockDomain {
 public:
  explicit ClockDomain(double mhz) : period_(1.0 / mhz, sc_core::SC_US) {}

  [[nodiscard]] const sc_core::sc_time& period() const noexcept { return period_; }
  [[nodiscard]] sc_core::sc_time duration(Cycles cycles) const {
    return sc_core::sc_time::from_value(cycles * period_.value());
  }
  // First moment of the cycle.
  [[nodiscard]] sc_core::sc_time start_of(Cycles cycle) const { return duration(cycle); }
  // The cycle that `time` lies in.
  [[nodiscard]] Cycles at(const sc_core::sc_time& time) const { return time.value() / period_.value(); }
  // The first cycle that starts at `time` or later.
  [[nodiscard]] Cycles next(const sc_core::sc_time& time) const {
    return (time.value() + period_.value() - 1) / period_.value();
  }

 private:
  sc_core::sc_time period_;
};

}  // namespace systolite
