// SPDX-License-Identifier: Apache-2.0
// Notices a job that can never end: the device stands still and so does its bus.
#pragma once

#include <cstdint>

#include "sim/device/trace.h"

namespace systolite {

class JobWatchdog {
 public:
  // Nothing inside the device takes nearly as long without a unit being busy; waiting for the bus is not counted.
  static constexpr Cycles kStillCycles = 1000;

  // The next cycle is the first of a job.
  void start() noexcept { cycle_ = still_ = 0; }
  // One cycle of the job: the probe, and whether nothing is on the bus or wants to be. Throws Error(kDevice) that says
  // what every unit waits for, kStillCycles after the last change.
  void cycle(std::uint64_t probe, bool bus_quiet) {
    ++cycle_;
    if (probe != probe_) {
      probe_ = probe;
      can_go_on_ = any_moves(probe);
      still_ = 0;
      return;
    }
    still_ = can_go_on_ || !bus_quiet ? 0 : still_ + 1;
    if (still_ == kStillCycles) report();
  }

 private:
  // Whether a unit works, or no job is left that could.
  [[nodiscard]] static bool any_moves(std::uint64_t probe);
  [[noreturn]] void report() const;

  std::uint64_t probe_ = 0;
  bool can_go_on_ = false;
  Cycles cycle_ = 0;
  Cycles still_ = 0;
};

}  // namespace systolite
