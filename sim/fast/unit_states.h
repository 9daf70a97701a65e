// SPDX-License-Identifier: Apache-2.0
// What every unit did in every cycle of a job, from the times of its commands.
#pragma once

#include <array>
#include <vector>

#include "sim/device/trace.h"
#include "sim/fast/job_times.h"
#include "sim/fast/latencies.h"
#include "sim/fast/prepared_stream.h"

namespace systolite::fast {

inline constexpr std::size_t kStateCount = 16;                                 // the probe has four bits
using StateBuckets = std::array<std::array<Cycles, kStateCount>, kUnitCount>;  // [unit][state]

// Cycles per state of a job that has ended after `cycles`.
[[nodiscard]] StateBuckets state_buckets(const PreparedStream& stream, const Latencies& latencies,
                                         const JobTimes& times, Cycles cycles);

// What the units did up to cycle `until`, whether or not the job is over by then.
[[nodiscard]] std::array<std::vector<StateSpan>, kUnitCount> state_spans(const PreparedStream& stream,
                                                                         const Latencies& latencies,
                                                                         const JobTimes& times, const JobRecord& record,
                                                                         Cycles until);

}  // namespace systolite::fast
