// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bank_traffic.h"

namespace systolite {

PeriodicTraffic::PeriodicTraffic(const std::vector<CpuTraffic>& entries) {
  for (const CpuTraffic& entry : entries) {
    patterns_.push_back({.bank = {entry.region, entry.bank},
                         .offset = static_cast<Cycles>(entry.offset_cycles),
                         .period = static_cast<Cycles>(entry.period_cycles),
                         .busy = static_cast<Cycles>(entry.busy_cycles)});
  }
}

Cycles PeriodicTraffic::first_free(MemoryBank bank, Cycles from) const {
  for (bool held = true; held;) {
    held = false;
    for (const Pattern& pattern : patterns_) {
      if (pattern.bank != bank || from < pattern.offset) continue;
      const Cycles phase = (from - pattern.offset) % pattern.period;
      if (phase >= pattern.busy) continue;
      from += pattern.busy - phase;
      held = true;
    }
  }
  return from;
}

}  // namespace systolite
