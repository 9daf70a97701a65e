// SPDX-License-Identifier: Apache-2.0
// The exact timing of the accelerator without simulating cycles: for every legal command stream, configuration and
// memory the cycle of every event is that of the RTL. Rules: hw/TIMING.md.
//
// Work is done per command, per bus burst and per weight tile, whatever the number of cycles in between.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/fast/latencies.h"
#include "sim/fast/prepared_stream.h"
#include "sim/fast/region_bus.h"
#include "sim/fast/unit_states.h"

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

class TimingModel {
 public:
  explicit TimingModel(const HwConfig& hw, const Latencies& latencies = {}) : hw_(hw), latencies_(latencies) {}

  // Decodes a stream once; it can then be timed often, by this model.
  [[nodiscard]] PreparedStream prepare(std::span<const isa::Command> stream) const;

  // Both throw Error(kDevice) for a job that does not end, saying who waits for what, and for a token counter that
  // overflows. `memory` is in the state of the start of a job.
  [[nodiscard]] JobTiming time(const PreparedStream& stream, std::uint32_t stream_address, RegionBus& memory) const;
  [[nodiscard]] Trace trace(const PreparedStream& stream, std::uint32_t stream_address, RegionBus& memory) const;

  [[nodiscard]] const HwConfig& hw() const noexcept { return hw_; }
  [[nodiscard]] const Latencies& latencies() const noexcept { return latencies_; }

 private:
  HwConfig hw_;
  Latencies latencies_;
};

}  // namespace systolite::fast
