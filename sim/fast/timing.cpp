// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/timing.h"

#include <utility>

#include "sim/core/error.h"
#include "sim/fast/job_model.h"

namespace systolite::fast {

PreparedStream TimingModel::prepare(std::span<const isa::Command> stream) const {
  return prepare_stream(hw_, latencies_, stream);
}

JobTiming TimingModel::time(const PreparedStream& stream, std::uint32_t stream_address, RegionBus& memory) const {
  JobTimes times(stream);
  JobModel<RegionBus>(hw_, latencies_, stream, stream_address, memory, times, nullptr).run();
  if (times.end_taken == kNever) throw Error(ExitCode::kDevice, "The job does not end.");
  JobTiming result;
  result.cycles = times.end_taken + latencies_.end_to_interrupt;
  result.first = stream.first;
  result.states = state_buckets(stream, latencies_, times, result.cycles);
  result.traffic = times.traffic;
  times.done.pop_back();
  result.pops = std::move(times.pop);
  result.dones = std::move(times.done);
  return result;
}

Trace TimingModel::trace(const PreparedStream& stream, std::uint32_t stream_address, RegionBus& memory) const {
  JobTimes times(stream);
  JobRecord record;
  JobModel<RegionBus>(hw_, latencies_, stream, stream_address, memory, times, &record).run();
  if (times.end_taken == kNever) throw Error(ExitCode::kDevice, "The job does not end.");
  Trace trace;
  trace.cycles = times.end_taken + latencies_.end_to_interrupt;
  trace.states = state_spans(stream, latencies_, times, record, trace.cycles);
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    const auto from = stream.first[e];
    const auto to = stream.first[e + 1];
    trace.pop_cycles[e].assign(times.pop.begin() + from, times.pop.begin() + to);
    trace.done_cycles[e].assign(times.done.begin() + from, times.done.begin() + to);
  }
  trace.traffic = times.traffic;
  trace.read_beats = std::move(record.read_beats);
  trace.write_beats = std::move(record.write_beats);
  return trace;
}

}  // namespace systolite::fast
