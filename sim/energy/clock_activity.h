// SPDX-License-Identifier: Apache-2.0
// The events of a stretch of a job that its trace tells, not its commands.
#pragma once

#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/energy/event.h"

namespace systolite::energy {

struct JobClock {
  Cycles cycles = 0;
  Cycles matrix_busy = 0;         // of these
  std::uint64_t fetch_beats = 0;  // of the command stream
};

// `stream_address`: where the command stream lies, i.e. which memory it is fetched from.
void count_clock(const JobClock& clock, std::uint32_t stream_address, const HwConfig& hw, Activity& activity);

// A whole job.
[[nodiscard]] JobClock clock_of(const Trace& trace);

}  // namespace systolite::energy
