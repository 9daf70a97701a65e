// SPDX-License-Identifier: Apache-2.0
// Which cycles of a job belong to which operator, although engines work on several at once.
#pragma once

#include <vector>

#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

// Cycles [from, to) of a job.
struct LayerWindow {
  int op;
  Cycles from;
  Cycles to;
  bool operator==(const LayerWindow&) const = default;
};

// The operators of a job, in network order. The windows partition the cycles of the job: each begins where the one
// before it ends, the last one ends with the job.
//   An operator on the array ends with the last cycle in which the matrix engine works on it, so that all its matrix
//   work and nothing of the next one's lies in its window (what is still in the array and the vector engine then falls
//   to the next). An operator on the vector engine ends when its last command completes, or when the matrix engine
//   takes up the next operator on the array, whichever is earlier.
// What an operator prepares during its predecessors (weights, tables) is hidden and costs it nothing.
// Throws Error(kDevice) when the trace does not hold one pop and one completion for every command.
[[nodiscard]] std::vector<LayerWindow> layer_windows(const JobStep& job, const Trace& trace, const HwConfig& hw);

}  // namespace systolite
