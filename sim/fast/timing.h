// SPDX-License-Identifier: Apache-2.0
// The exact timing of the accelerator without simulating cycles: for every legal command stream, configuration and
// memory the cycle of every event is that of the RTL. Rules: hw/TIMING.md.
//
// Work is done per command, per bus burst, per beat written and per weight tile, whatever the number of cycles in
// between.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/fast/job_times.h"
#include "sim/fast/latencies.h"
#include "sim/fast/prepared_stream.h"
#include "sim/fast/unit_states.h"
#include "sim/memory/bus_port.h"
#include "sim/memory/bus_timing.h"
#include "sim/memory/windows.h"

namespace systolite::fast {

// A job without its spans.
struct JobTiming {
  Cycles cycles = 0;
  std::array<Slot, kEngineCount + 1> first{};  // first command of each engine in pops and dones
  std::vector<Cycles> pops;
  std::vector<Cycles> dones;
  StateBuckets states{};  // [unit][state]; the buckets of a unit sum to `cycles`
  BusTraffic traffic;

  [[nodiscard]] std::span<const Cycles> pop_cycles(std::size_t engine) const {
    return std::span(pops).subspan(first[engine], first[engine + 1] - first[engine]);
  }
  [[nodiscard]] std::span<const Cycles> done_cycles(std::size_t engine) const {
    return std::span(dones).subspan(first[engine], first[engine + 1] - first[engine]);
  }
};

// A job as a device sees it: with what it takes to stop it at any time.
struct DeviceJob {
  Trace trace;
  std::optional<JobFault> fault;  // the job stops by itself; its trace ends with the interrupt
  std::vector<BurstUse> reads;    // in order
  std::vector<BurstUse> writes;
};

class TimingModel {
 public:
  explicit TimingModel(const HwConfig& hw, const Latencies& latencies = {}) : hw_(hw), latencies_(latencies) {}

  // Decodes a stream once; it can then be timed often, by this model. Configuration registers start with their reset
  // values: a stream has to set what it uses.
  [[nodiscard]] PreparedStream prepare(std::span<const isa::Command> stream) const;

  // A job whose loads and stores may touch everything there is, on a memory without errors. Both start a job of
  // `memory`, and throw Error(kDevice) for a job that never ends, saying who waits for what, that stops with a fault,
  // or in which a token counter overflows.
  [[nodiscard]] JobTiming time(const PreparedStream& stream, std::uint32_t stream_address, BusTiming& memory) const;
  [[nodiscard]] Trace trace(const PreparedStream& stream, std::uint32_t stream_address, BusTiming& memory) const;

  // A job with errors as the device reports them; who knows of contention marks it (sim/memory/contention.h). Starts a
  // job of `memory` and changes nothing in it. Throws as above, but not for a fault. The range of the stream itself has
  // been checked.
  [[nodiscard]] DeviceJob run(const PreparedStream& stream, std::uint32_t stream_address, const Windows& windows,
                              BusPort& memory) const;
  // The job of a stream that the front end refuses before it fetches anything.
  [[nodiscard]] DeviceJob refuse(isa::ErrorCause cause, std::uint32_t stream_address) const;
  // Cuts a job short as a fault reported in cycle `reported` does: what is on the bus is finished, the rest is dropped.
  // Afterwards the trace ends when the device is idle again.
  void stop(DeviceJob& job, Cycles reported) const;

  [[nodiscard]] const HwConfig& hw() const noexcept { return hw_; }
  [[nodiscard]] const Latencies& latencies() const noexcept { return latencies_; }

 private:
  HwConfig hw_;
  Latencies latencies_;
};

}  // namespace systolite::fast
