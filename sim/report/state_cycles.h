// SPDX-License-Identifier: Apache-2.0
// Cycles by what a unit did in them.
#pragma once

#include <array>
#include <numeric>
#include <vector>

#include "sim/device/trace.h"

namespace systolite {

inline constexpr std::size_t kStateCount = 16;  // the probe has four bits

// Index: isa::State. The buckets of a stretch of time sum to its length.
struct StateCycles {
  std::array<Cycles, kStateCount> cycles{};

  [[nodiscard]] Cycles& operator[](isa::State state) { return cycles[static_cast<std::size_t>(state)]; }
  [[nodiscard]] Cycles operator[](isa::State state) const { return cycles[static_cast<std::size_t>(state)]; }
  [[nodiscard]] Cycles total() const { return std::accumulate(cycles.begin(), cycles.end(), Cycles{0}); }
  [[nodiscard]] Cycles busy() const { return (*this)[isa::State::kBusy]; }
  StateCycles& operator+=(const StateCycles& other) {
    for (std::size_t i = 0; i < kStateCount; ++i) cycles[i] += other.cycles[i];
    return *this;
  }
  bool operator==(const StateCycles&) const = default;
};

// Beats of `spans` inside [from, to).
[[nodiscard]] std::uint64_t beats_in(const std::vector<BeatSpan>& spans, Cycles from, Cycles to);

// Buckets of the part of `spans` inside [from, to).
[[nodiscard]] StateCycles state_cycles(const std::vector<StateSpan>& spans, Cycles from, Cycles to);

}  // namespace systolite
