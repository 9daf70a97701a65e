// SPDX-License-Identifier: Apache-2.0
// Cycles in which a beat of the accelerator waited for nothing but a bank that the CPU held, and what that makes of the
// states of its engines.
#pragma once

#include <vector>

#include "sim/device/trace.h"

namespace systolite {

// Every cycle of [from, to).
struct CycleSpan {
  Cycles from;
  Cycles to;
  bool operator==(const CycleSpan&) const = default;
};

// By the engine that the beat belongs to; spans in order, apart from each other.
struct Contention {
  std::vector<CycleSpan> fetch = {};  // read id 0
  std::vector<CycleSpan> load = {};   // read id 1
  std::vector<CycleSpan> store = {};  // write channel
  bool operator==(const Contention&) const = default;
};

// Appends a span that does not begin before the end of the last one.
void append(std::vector<CycleSpan>& spans, CycleSpan span);

// Turns wait_memory into wait_contention where the beat came too late because of contention. A beat shows in the states
// of an engine some cycles after it moves: the DMAs are busy one cycle later; the command that a fetched beat completes
// is at the head of the front end two cycles later. So contention in cycle t explains wait_memory of a DMA in t + 1 and
// of the front end in t + 2. Any other state stays: the engine was not waiting for that beat.
void mark_contention(Trace& trace, const Contention& contention);

}  // namespace systolite
