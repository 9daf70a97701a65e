// SPDX-License-Identifier: Apache-2.0
// Where the cycles of a layer above its lower bound come from.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/report/layer_windows.h"
#include "sim/report/lower_bound.h"
#include "sim/report/state_cycles.h"

namespace systolite {

enum class GapCause : std::uint8_t {
  kShortSteps,          // the array works, but on K steps with fewer rows of weights or pixels than they take time
  kDepthwisePositions,  // the array works, but on positions of the column mode that yield no output: between rows,
                        // skipped by the stride
  kStart,               // from the doorbell to the first K step of a job
  kWeights,             // weights are not there yet
  kActivations,         // waits for a transfer of activations or tables
  kVector,              // the vector engine has not freed an accumulator bank, or not made the input; its own work
  kDrain,               // the array empties
  kControl,             // no command at hand
  kFinish,              // from the last K step of a job to the interrupt: array, requantisation, store
  kPrefetched,          // negative: bytes of the bound that moved in the windows of other layers
};
inline constexpr std::size_t kGapCauses = 10;

[[nodiscard]] const char* name(GapCause cause);

// Cycles by cause; negative ones are cycles saved.
struct Gap {
  std::array<std::int64_t, kGapCauses> cycles{};

  [[nodiscard]] std::int64_t& operator[](GapCause cause) { return cycles[static_cast<std::size_t>(cause)]; }
  [[nodiscard]] std::int64_t operator[](GapCause cause) const { return cycles[static_cast<std::size_t>(cause)]; }
  [[nodiscard]] std::int64_t total() const { return std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0}); }
  Gap& operator+=(const Gap& other) {
    for (std::size_t i = 0; i < kGapCauses; ++i) cycles[i] += other.cycles[i];
    return *this;
  }
  bool operator==(const Gap&) const = default;
};

// The cycles from the first to the last K step of a job; empty if it has none.
struct ArrayWork {
  Cycles from = 0;
  Cycles to = 0;
};
[[nodiscard]] ArrayWork array_work(const JobStep& job, const Trace& trace, const HwConfig& hw);

// The cycles of the window in which the engine the layer lives on does not work for it, by cause. Of a layer on the
// array these are the stalls of the matrix engine; of one on the vector engine all cycles, as its bound has none.
[[nodiscard]] Gap waits(isa::Engine engine, const LayerWindow& window, const Trace& trace, const ArrayWork& work);

// What is above the bound, summing to layer cycles - bound.cycles(). `states`: of the engine in all windows of the
// layer; `waits`: summed over them. Waiting that the transfer bound contains is taken from the causes it would show as,
// weights first.
[[nodiscard]] Gap gap_of(const Gap& waits, const StateCycles& states, const LowerBound& bound, bool column_mode);

}  // namespace systolite
