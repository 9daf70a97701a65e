// SPDX-License-Identifier: Apache-2.0
// What a lockstep run compares: accelerators that execute the same jobs, and what they show of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/device/trace.h"
#include "tests/lockstep/stream_generator.h"

namespace systolite::lockstep {

// One job of a run.
struct Job {
  std::uint32_t address;
  std::uint32_t bytes;
  std::vector<isa::Command> commands;
};

// What the registers say after a job.
struct JobOutcome {
  bool done = false;  // END was reached; else the error is
  isa::ErrorCause cause = isa::ErrorCause::kNone;
  std::uint32_t command = 0;
  std::uint32_t address = 0;
  bool operator==(const JobOutcome&) const = default;
};
// The drawn job stands between two that make runs comparable whatever was before: local memories start defined, and the
// scratchpad ends in SRAM.
inline constexpr std::size_t kFillJob = 0;
inline constexpr std::size_t kDrawnJob = 1;
inline constexpr std::size_t kStoreJob = 2;
inline constexpr std::size_t kJobs = 3;
using Jobs = std::array<Job, kJobs>;

[[nodiscard]] Jobs jobs_of(const LockstepStream& stream);
// The memory before the first job.
void prepare_memory(const LockstepStream& stream, const Jobs& jobs, BusMemory& memory);

// The registers cnt_*, in the order of their offsets.
using JobCounters = std::array<std::uint32_t, 9>;

struct Observation {
  std::array<Trace, kJobs> traces;
  std::array<JobOutcome, kJobs> outcomes;
  std::array<JobCounters, kJobs> counters{};
  std::vector<std::uint8_t> sram;  // after the last job
};

// Throws Error(kDevice) when a job never ends or a check of the backend fails.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  // False for one that computes times alone: no memory and no counters.
  [[nodiscard]] virtual bool has_memory() const { return true; }
  virtual Observation run(const LockstepStream& stream) = 0;
};

}  // namespace systolite::lockstep
