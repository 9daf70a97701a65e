// SPDX-License-Identifier: Apache-2.0
// Which cycles of a job belong to which operator, although engines work on several at once.
#pragma once

#include <vector>

#include "mapper/program/program.h"
#include "sim/device/trace.h"

namespace systolite {

// Cycles [from, to) of a job.
struct LayerWindow {
  int op;
  Cycles from;
  Cycles to;
  bool operator==(const LayerWindow&) const = default;
};

// The operators of a job, in network order. A window ends with the cycle in which the last command of its operator
// completes, or where the window before it ends, whichever is later, and begins where the window before it ends; the
// last one ends with the job. So the windows partition the cycles of the job: what an operator prepares during its
// predecessor is hidden and costs it nothing. Throws Error(kDevice) when the trace does not hold one completion for
// every command.
[[nodiscard]] std::vector<LayerWindow> layer_windows(const JobStep& job, const Trace& trace);

}  // namespace systolite
