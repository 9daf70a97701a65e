// SPDX-License-Identifier: Apache-2.0
// Points of a front again on the RTL: the cycles that were computed must be those of the hardware, and its outputs
// those of the functional model.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/explore/assessment.h"
#include "sim/explore/evaluator.h"
#include "sim/explore/sweep.h"
#include "sim/rtl/rtl_builder.h"

namespace systolite::explore {

// A point as one model sees it.
struct Confirmation {
  std::size_t position;  // in the list of points
  std::size_t model;
};

// At most `limit` members of each front, spread evenly over its members in the order of the first objective, both ends
// among them; with all models together each of them a case of its own.
[[nodiscard]] std::vector<Confirmation> choose_confirmations(const Sweep& sweep, const std::vector<PointResult>& points,
                                                             const std::vector<View>& views, std::size_t limit);

// Runs one inference with pseudo-random inputs on the RTL of each case. Throws Error(kMismatch) for the first case
// whose cycles are not those of its result or whose outputs differ, else as Session does.
void confirm_on_rtl(Evaluator& evaluator, const std::vector<Graph>& graphs, const std::vector<PointResult>& points,
                    const Sweep& sweep, const std::vector<Confirmation>& cases, const RtlBuildOptions& rtl,
                    const std::function<void(const std::string& line)>& progress);

}  // namespace systolite::explore
