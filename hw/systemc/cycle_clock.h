// SPDX-License-Identifier: Apache-2.0
// Clock cycles and simulated time. The blocks count in cycles of the job: cycle 0 is the first one after the doorbell
// write (sim/device/trace.h).
#pragma once

#include <systemc>

#include "sim/device/trace.h"
#include "sim/memory/bus_port.h"

namespace systolite::sc {

class CycleClock {
 public:
  explicit CycleClock(const sc_core::sc_time& period) : period_(period.value()) {}

  [[nodiscard]] Cycles cycles_since_reset() const { return sc_core::sc_time_stamp().value() / period_; }
  [[nodiscard]] Cycles job_cycle() const { return (sc_core::sc_time_stamp().value() - job_start_) / period_; }
  // Cycle 0 of the job, counted since reset.
  [[nodiscard]] Cycles job_start() const noexcept { return job_start_ / period_; }
  [[nodiscard]] sc_core::sc_time duration(Cycles cycles) const {
    return sc_core::sc_time::from_value(cycles * period_);
  }
  // From now to the beginning of a cycle of the job that is not over.
  [[nodiscard]] sc_core::sc_time time_to(Cycles job_cycle) const {
    return sc_core::sc_time::from_value(job_start_ + job_cycle * period_ - sc_core::sc_time_stamp().value());
  }

  // The current cycle is cycle 0.
  void start_job() { job_start_ = sc_core::sc_time_stamp().value(); }

 private:
  sc_core::sc_time::value_type period_;
  sc_core::sc_time::value_type job_start_ = 0;
};

}  // namespace systolite::sc
