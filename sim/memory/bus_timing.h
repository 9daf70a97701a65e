// SPDX-License-Identifier: Apache-2.0
// The timing of the bus, in one place for every backend. Cycles are clock cycles of the accelerator; an event "in cycle
// t" is a handshake (valid and ready both high) in that cycle.
//
// Read channel. Addresses are taken in order, any number may wait. Bursts are answered completely, in the order of
// their addresses, whatever their ids. The first beat of a burst is offered at the earliest read_latency_cycles after
// the cycle its address was taken; every beat, the first one included, is offered at the earliest cycles_per_beat (of
// the burst's region) after the beat before it was taken, which may belong to the burst before.
//
// Write channel. Data of a burst is accepted from the cycle after its address was taken. A beat is accepted at the
// earliest cycles_per_beat after the one before it. The response is offered write_latency_cycles after the last beat
// was taken, at the earliest one cycle after the response before it.
//
// Addresses outside every region are answered like a region with latencies and cycles per beat of 1.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

struct RegionTiming {
  Cycles read_latency = 1;
  Cycles write_latency = 1;
  Cycles per_beat = 1;
};

// `region` may be nullptr: outside every region.
[[nodiscard]] inline RegionTiming timing_of(const MemoryRegion* region) noexcept {
  if (region == nullptr) return {};
  return {.read_latency = static_cast<Cycles>(region->read_latency_cycles),
          .write_latency = static_cast<Cycles>(region->write_latency_cycles),
          .per_beat = static_cast<Cycles>(region->cycles_per_beat)};
}

// One data channel: when the next beat may move, given those that have moved.
class BeatClock {
 public:
  // Earliest cycle of a beat that is ready in its memory from cycle `ready`.
  [[nodiscard]] Cycles earliest(Cycles ready, Cycles per_beat) const noexcept {
    return any_ ? std::max(ready, last_ + per_beat) : ready;
  }
  void moved(Cycles now) noexcept {
    any_ = true;
    last_ = now;
  }

 private:
  bool any_ = false;
  Cycles last_ = 0;
};

}  // namespace systolite
