// SPDX-License-Identifier: Apache-2.0
// What holds for the trace of every job on whatever backend, from the meaning of the commands and the size of their
// work alone.
#pragma once

#include <span>

#include "tests/lockstep/backend.h"
#include "tests/lockstep/job_facts.h"

namespace systolite::lockstep {

// Both add a GoogleTest failure for everything that does not hold; the first is for a job that has reached its END.
void check_trace(const HwConfig& hw, std::span<const isa::Command> stream, const Trace& trace, const JobFacts& facts);
void check_spans(const Trace& trace);
// The counters of a job that has reached its END, against its trace.
void check_counters(const JobCounters& counters, const Trace& trace, const JobFacts& facts);

}  // namespace systolite::lockstep
