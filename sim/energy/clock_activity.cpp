// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/clock_activity.h"

#include "sim/energy/dma_activity.h"

namespace systolite::energy {

void count_clock(const JobClock& clock, std::uint32_t stream_address, const HwConfig& hw, Activity& activity) {
  const auto cells = static_cast<std::uint64_t>(hw.array.rows) * static_cast<std::uint64_t>(hw.array.cols);
  activity[Event::kClock] += clock.cycles;
  activity[Event::kLeakage] += clock.cycles;
  activity[Event::kPeBusy] += clock.matrix_busy * cells;
  activity[Event::kPeParked] += (clock.cycles - clock.matrix_busy) * cells;
  const std::uint64_t bytes = clock.fetch_beats * static_cast<std::uint64_t>(hw.dma.bus_bytes());
  add_bus_bytes(stream_address, bytes, false, hw, activity);
}

JobClock clock_of(const Trace& trace) {
  JobClock clock{.cycles = trace.cycles, .matrix_busy = 0, .fetch_beats = trace.traffic.fetch_beats};
  for (const StateSpan& span : trace.states[static_cast<std::size_t>(isa::Engine::kMm)]) {
    if (span.state == isa::State::kBusy) clock.matrix_busy += span.to - span.from;
  }
  return clock;
}

}  // namespace systolite::energy
