// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bank_traffic.h"

#include <algorithm>

namespace systolite {

// In a stretch of T cycles an entry holds the bank at most busy * (T / period + 1) of them. If the entries of a bank
// hold all of it, T <= sum of busy / (1 - sum of busy / period).
double longest_hold_cycles(const std::vector<CpuTraffic>& entries) {
  double longest = 0;
  for (const CpuTraffic& bank : entries) {
    double busy = 0;
    double share = 0;
    for (const CpuTraffic& entry : entries) {
      if (entry.region != bank.region || entry.bank != bank.bank) continue;
      busy += entry.busy_cycles;
      share += static_cast<double>(entry.busy_cycles) / entry.period_cycles;
    }
    longest = std::max(longest, busy / (1.0 - share));
  }
  return longest;
}

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
