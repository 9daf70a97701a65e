// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include "sim/fast/timing.h"
#include "sim/memory/contention.h"
#include "sim/memory/memory_system.h"
#include "tests/lockstep/backends.h"

namespace systolite::lockstep {
namespace {

// Totals and trace of a job have to tell the same.
void check_totals(const fast::JobTiming& timing, const Trace& trace) {
  fast::StateBuckets states{};
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    for (const StateSpan& span : trace.states[unit])
      states[unit][static_cast<std::size_t>(span.state)] += span.to - span.from;
  }
  bool same = timing.cycles == trace.cycles && timing.traffic == trace.traffic && timing.states == states;
  for (std::size_t e = 0; e < kEngineCount; ++e) {
    same = same && std::ranges::equal(timing.pop_cycles(e), trace.pop_cycles[e]) &&
           std::ranges::equal(timing.done_cycles(e), trace.done_cycles[e]);
  }
  if (!same) throw std::runtime_error("TimingModel::time() and TimingModel::trace() tell different things.");
}

class TimingBackend final : public Backend {
 public:
  explicit TimingBackend(const fast::Latencies& latencies) : latencies_(latencies) {}
  [[nodiscard]] std::string_view name() const override { return "timing"; }
  [[nodiscard]] bool has_memory() const override { return false; }

  Observation run(const LockstepStream& stream) override {
    const Jobs jobs = jobs_of(stream);
    const fast::TimingModel model(stream.hw, latencies_);
    Observation observation;
    for (std::size_t i = 0; i < kJobs; ++i) {
      if (i == kDrawnJob && stream.kind == StreamKind::kFault) {
        run_with_fault(model, stream, jobs[i], observation);
        continue;
      }
      BusTiming bus(stream.hw);
      bus.set_stalls(stream.stalls);
      const fast::PreparedStream prepared = model.prepare(jobs[i].commands);
      observation.traces[i] = model.trace(prepared, jobs[i].address, bus);
      Contention contention = bus.contention();
      check_totals(model.time(prepared, jobs[i].address, bus), observation.traces[i]);
      mark_contention(observation.traces[i], contention);
      observation.outcomes[i].done = true;
    }
    return observation;
  }

 private:
  static void run_with_fault(const fast::TimingModel& model, const LockstepStream& stream, const Job& job,
                             Observation& observation) {
    BusMemory memory(stream.hw);
    MemorySystem system(memory, stream.hw);
    system.set_stalls(stream.stalls);
    if (stream.bus_error) system.inject_error(*stream.bus_error, AxiResponse::kSlaveError);
    const fast::DeviceJob result =
        stream.refused ? refuse(model, job)
                       : model.run(model.prepare(job.commands), job.address, Windows::whole(stream.hw), system);
    observation.traces[kDrawnJob] = result.trace;
    mark_contention(observation.traces[kDrawnJob], system.contention());
    JobOutcome& outcome = observation.outcomes[kDrawnJob];
    outcome.done = !result.fault.has_value();
    if (result.fault)
      outcome = {.cause = result.fault->cause, .command = result.fault->command, .address = result.fault->address};
  }

  // The range of a stream is checked by whoever uses the model.
  static fast::DeviceJob refuse(const fast::TimingModel& model, const Job& job) {
    const bool whole = job.address % isa::kCommandBytes == 0 && job.bytes % isa::kCommandBytes == 0 && job.bytes != 0;
    return model.refuse(whole ? isa::ErrorCause::kReadWindow : isa::ErrorCause::kBadStream, job.address);
  }

  fast::Latencies latencies_;
};

}  // namespace

std::unique_ptr<Backend> make_timing_backend(const fast::Latencies& latencies) {
  return std::make_unique<TimingBackend>(latencies);
}

}  // namespace systolite::lockstep
