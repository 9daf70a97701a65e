// SPDX-License-Identifier: Apache-2.0
// What a backend observes of one job. Everything in a report is computed from this and the program.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "slt_isa.hpp"

namespace systolite {

using Cycles = std::uint64_t;

inline constexpr int kEngineCount = isa::kNumEngines;  // index: isa::Engine
inline constexpr int kUnitCount = kEngineCount + 1;    // the engines, then the front end

// A unit was in `state` in every cycle of [from, to).
struct StateSpan {
  isa::State state;
  Cycles from;
  Cycles to;
  bool operator==(const StateSpan&) const = default;
};

// One data beat moved in every cycle of [from, to).
struct BeatSpan {
  Cycles from;
  Cycles to;
  bool operator==(const BeatSpan&) const = default;
};

// Data beats that moved on the bus, whatever part of them the device used.
struct BusTraffic {
  std::uint64_t fetch_beats = 0;  // read id 0: command stream
  std::uint64_t load_beats = 0;   // read id 1: load DMA
  std::uint64_t write_beats = 0;  // store DMA
  bool operator==(const BusTraffic&) const = default;
};

// One job. Cycle 0 is the first one after the clock edge that took the doorbell write; the job ends with the last cycle
// in which the interrupt line is low, so `cycles` is the number of cycles between the two events.
struct Trace {
  Cycles start = 0;  // cycle 0, counted since reset as Device::now() does; 0 where a backend does not know
  Cycles cycles = 0;
  std::array<std::vector<StateSpan>, kUnitCount> states;      // without gaps, from 0 to cycles
  std::array<std::vector<Cycles>, kEngineCount> pop_cycles;   // i-th command of the engine left its queue
  std::array<std::vector<Cycles>, kEngineCount> done_cycles;  // i-th command of the engine completed
  BusTraffic traffic;
  std::vector<BeatSpan> read_beats;   // command fetch and loads, in order of time
  std::vector<BeatSpan> fetch_beats;  // those of read_beats that carry the command stream
  std::vector<BeatSpan> write_beats;
};

}  // namespace systolite
