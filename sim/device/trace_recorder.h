// SPDX-License-Identifier: Apache-2.0
// Turns per-cycle observations into a Trace. Shared by the cycle-driven backends.
#pragma once

#include <array>
#include <cstdint>

#include "sim/device/trace.h"

namespace systolite {

class TraceRecorder {
 public:
  // The next recorded cycle is cycle 0 of a new job, and cycle `device_cycle` since reset.
  void start(Cycles device_cycle = 0);
  [[nodiscard]] bool running() const noexcept { return running_; }
  // One cycle of the running job.
  void record(const isa::Probe& probe);
  // A beat of the cycle recorded last.
  void count_read_beat(unsigned id);
  void count_write_beat();
  // The job has ended: the cycles recorded so far are its cycles. No effect when none is running.
  void stop();
  // Stops, hands out the trace and forgets it.
  Trace take();

 private:
  void extend(std::vector<BeatSpan>& spans) const;

  bool running_ = false;
  Trace trace_;
  std::array<Cycles, kUnitCount> since_{};
  std::array<isa::State, kUnitCount> state_{};
};

}  // namespace systolite
