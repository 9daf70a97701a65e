// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/lockstep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/device/trace_diff.h"

namespace systolite::lockstep {
namespace {

constexpr std::array<std::string_view, kJobs> kJobNames = {"the job that fills the local memories", "the drawn job",
                                                           "the job that stores the scratchpad"};

std::string text(const JobOutcome& outcome) {
  if (outcome.done) return "END";
  return fmt::format("{} (command {}, address 0x{:08X})", isa::name(outcome.cause), outcome.command, outcome.address);
}

std::optional<std::string> job_difference(const Job& job, const Observation& expected, const Observation& observed,
                                          std::size_t index, const Backend& reference, const Backend& backend) {
  const Trace& a = expected.traces[index];
  const Trace& b = observed.traces[index];
  if (!same_trace(a, b)) {
    const auto found = first_difference(a, b, job.commands);
    return found ? systolite::describe(*found, a, b, job.commands, reference.name(), backend.name())
                 : "the same happens in every cycle, but spans are cut differently";
  }
  if (expected.outcomes[index] == observed.outcomes[index]) {
    if (!backend.has_memory() || expected.counters[index] == observed.counters[index]) return std::nullopt;
    return fmt::format("counters (cycles, commands, busy, beats): {} counts {}, {} counts {}", reference.name(),
                       expected.counters[index], backend.name(), observed.counters[index]);
  }
  return fmt::format("{} ends with {}, {} with {}", reference.name(), text(expected.outcomes[index]), backend.name(),
                     text(observed.outcomes[index]));
}

}  // namespace

bool same_trace(const Trace& a, const Trace& b) {
  return a.cycles == b.cycles && a.states == b.states && a.pop_cycles == b.pop_cycles &&
         a.done_cycles == b.done_cycles && a.traffic == b.traffic && a.read_beats == b.read_beats &&
         a.fetch_beats == b.fetch_beats && a.write_beats == b.write_beats;
}

std::string describe(const LockstepStream& stream) {
  const HwConfig& hw = stream.hw;
  return fmt::format(
      "hardware {}: {} x {}{}, {} lanes, bus {} bits, bursts of {}, {} reads, queues of {}, {} banks\n"
      "stream {} ({}): {} commands at 0x{:08X}, flash {}/{}, SRAM {}/{}/{}, stalls {}\n"
      "replay: lockstep_test --hardware {} --first {} --streams 1",
      stream.hardware_seed, hw.array.rows, hw.array.cols, hw.array.depthwise_unit ? " with depthwise unit" : "",
      hw.requant_lanes, hw.dma.bus_bits, hw.dma.burst_beats, hw.dma.outstanding_reads, hw.queue_depth,
      hw.scratchpad_banks, stream.number, name(stream.kind), stream.commands.size(), stream.address,
      hw.flash.read_latency_cycles, hw.flash.cycles_per_beat, hw.sram.read_latency_cycles, hw.sram.write_latency_cycles,
      hw.sram.cycles_per_beat, stream.stalls ? fmt::format("{:.2f}", stream.stalls->probability) : "none",
      stream.hardware_seed, stream.number);
}

std::optional<std::string> difference(const LockstepStream& stream, const Backend& reference,
                                      const Observation& expected, const Backend& backend,
                                      const Observation& observed) {
  const Jobs jobs = jobs_of(stream);
  for (std::size_t job = 0; job < kJobs; ++job) {
    if (const auto what = job_difference(jobs[job], expected, observed, job, reference, backend))
      return fmt::format("{} and {} differ in {}\n{}\n{}", reference.name(), backend.name(), kJobNames[job], *what,
                         describe(stream));
  }
  // What a job leaves that stops in the middle is its own affair.
  if (stream.kind == StreamKind::kFault || !backend.has_memory() || expected.sram == observed.sram) return std::nullopt;
  const auto [at, other] = std::ranges::mismatch(expected.sram, observed.sram);
  return fmt::format("{} and {} leave different memory: SRAM byte 0x{:05X} is 0x{:02X} and 0x{:02X}\n{}",
                     reference.name(), backend.name(), at - expected.sram.begin(), *at, *other, describe(stream));
}

}  // namespace systolite::lockstep
