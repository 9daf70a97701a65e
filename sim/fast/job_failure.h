// SPDX-License-Identifier: Apache-2.0
// Jobs that the hardware has no error code for: they never end, or break a rule that only its assertions check.
#pragma once

#include "sim/fast/job_times.h"
#include "sim/fast/prepared_stream.h"

namespace systolite::fast {

// Throws Error(kDevice) if a token counter overflows before cycle `until`.
void check_token_counters(const PreparedStream& stream, const JobTimes& times, Cycles until);

// Throws Error(kDevice): who waits for what in a job in which nothing can happen any more.
[[noreturn]] void report_deadlock(const PreparedStream& stream, const JobTimes& times);

// Throws Error(kDevice): why the job has stopped.
[[noreturn]] void report_fault(const JobFault& fault);

}  // namespace systolite::fast
