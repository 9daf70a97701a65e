// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/timing.h"

#include <algorithm>
#include <utility>

#include "sim/fast/bus_access.h"
#include "sim/fast/job_failure.h"
#include "sim/fast/job_model.h"
#include "sim/fast/trace_cut.h"
#include "sim/memory/contention.h"

namespace systolite::fast {
namespace {

// The bursts issued before a cycle; the last of them completes last.
std::span<const BurstUse> issued_before(const std::vector<BurstUse>& bursts, Cycles cycle) {
  const auto behind = std::partition_point(bursts.begin(), bursts.end(),
                                           [cycle](const BurstUse& burst) { return burst.issued < cycle; });
  return {bursts.begin(), behind};
}

// What happens up to cycle `until` of a job.
Trace trace_until(const PreparedStream& stream, const Latencies& latencies, const JobTimes& times, JobRecord& record,
                  Cycles until) {
  Trace trace;
  trace.cycles = until;
  trace.states = state_spans(stream, latencies, times, record, until);
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    trace.pop_cycles[e].assign(times.pop.begin() + stream.first[e], times.pop.begin() + stream.first[e + 1]);
    trace.done_cycles[e].assign(times.done.begin() + stream.first[e], times.done.begin() + stream.first[e + 1]);
  }
  cut_commands(trace, until);
  trace.traffic = times.traffic;
  trace.read_beats = std::move(record.read_beats);
  trace.fetch_beats = std::move(record.fetch_beats);
  trace.write_beats = std::move(record.write_beats);
  return trace;
}

// Cycles by state of a trace.
StateBuckets count_states(const Trace& trace) {
  StateBuckets buckets{};
  for (std::size_t unit = 0; unit < trace.states.size(); ++unit) {
    for (const StateSpan& span : trace.states[unit])
      buckets[unit][static_cast<std::size_t>(span.state)] += span.to - span.from;
  }
  return buckets;
}

}  // namespace

PreparedStream TimingModel::prepare(std::span<const isa::Command> stream) const {
  return prepare_stream(hw_, latencies_, stream);
}

JobTiming TimingModel::time(const PreparedStream& stream, std::uint32_t stream_address, BusTiming& memory) const {
  JobTimes times(stream);
  const Windows windows = Windows::whole(hw_);
  TimingAccess bus(memory);
  JobModel<TimingAccess>(hw_, latencies_, stream, windows, stream_address, bus, times, nullptr).run();
  check_token_counters(stream, times, times.fault.reported);
  if (times.fault.reported != kUnknown) report_fault(times.fault);
  if (times.end_taken == kUnknown) report_deadlock(stream, times);
  JobTiming result;
  result.cycles = times.end_taken + latencies_.end_to_interrupt;
  result.first = stream.first;
  // Which of the cycles with contention find a unit waiting is a question for the spans.
  result.states = memory.contention() == Contention{} ? state_buckets(stream, latencies_, times, result.cycles)
                                                      : count_states(trace(stream, stream_address, memory));
  result.traffic = times.traffic;
  times.done.pop_back();
  result.pops = std::move(times.pop);
  result.dones = std::move(times.done);
  return result;
}

Trace TimingModel::trace(const PreparedStream& stream, std::uint32_t stream_address, BusTiming& memory) const {
  JobTimes times(stream);
  JobRecord record;
  const Windows windows = Windows::whole(hw_);
  TimingAccess bus(memory);
  JobModel<TimingAccess>(hw_, latencies_, stream, windows, stream_address, bus, times, &record).run();
  check_token_counters(stream, times, times.fault.reported);
  if (times.fault.reported != kUnknown) report_fault(times.fault);
  if (times.end_taken == kUnknown) report_deadlock(stream, times);
  Trace trace = trace_until(stream, latencies_, times, record, times.end_taken + latencies_.end_to_interrupt);
  mark_contention(trace, memory.contention());
  return trace;
}

DeviceJob TimingModel::run(const PreparedStream& stream, std::uint32_t stream_address, const Windows& windows,
                           BusPort& memory) const {
  JobTimes times(stream);
  JobRecord record;
  PortAccess bus(memory);
  JobModel<PortAccess>(hw_, latencies_, stream, windows, stream_address, bus, times, &record).run();
  check_token_counters(stream, times, times.fault.reported);
  DeviceJob job;
  if (times.fault.reported == kUnknown) {
    if (times.end_taken == kUnknown) report_deadlock(stream, times);
    job.trace = trace_until(stream, latencies_, times, record, times.end_taken + latencies_.end_to_interrupt);
  } else {
    job.fault = times.fault;
    job.trace = trace_until(stream, latencies_, times, record, times.fault.reported + latencies_.fault_to_clear + 1);
  }
  job.reads = std::move(record.reads);
  job.writes = std::move(record.writes);
  if (job.fault) stop(job, job.fault->reported);
  return job;
}

DeviceJob TimingModel::refuse(isa::ErrorCause cause, std::uint32_t stream_address) const {
  DeviceJob job;
  job.fault = {.reported = latencies_.start_to_fault, .cause = cause, .command = 0xFFFFFFFF, .address = stream_address};
  job.trace.states[kFe] = {{isa::State::kBusy, 0, 1}};
  stop(job, job.fault->reported);
  return job;
}

void TimingModel::stop(DeviceJob& job, Cycles reported) const {
  const Cycles clear = reported + latencies_.fault_to_clear;
  const auto reads = issued_before(job.reads, clear);
  const auto writes = issued_before(job.writes, clear);
  Cycles quiet = clear;
  for (const auto& bursts : {reads, writes}) {
    if (!bursts.empty()) quiet = std::max(quiet, bursts.back().complete + latencies_.complete_to_quiet);
  }
  // From the cycle after the flush has begun everything is idle.
  cut_commands(job.trace, clear + 1);
  cut_beats(job.trace, reads.empty() ? 0 : reads.back().last_beat + 1,
            writes.empty() ? 0 : writes.back().last_beat + 1);
  set_length(job.trace, quiet + latencies_.quiet_to_interrupt);
  job.reads.resize(reads.size());
  job.writes.resize(writes.size());
}

}  // namespace systolite::fast
