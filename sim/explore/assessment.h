// SPDX-License-Identifier: Apache-2.0
// Which points meet the constraints and which of these are best.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/explore/evaluator.h"
#include "sim/explore/sweep.h"

namespace systolite::explore {

// Who looks at the points: one model each, or all of them together (Front).
[[nodiscard]] std::size_t view_count(const Sweep& sweep);
[[nodiscard]] std::string view_name(const Sweep& sweep, std::size_t view);  // of the model, or "all"

// The objectives of a point, as values to be minimised; with all models together the worst of them. Requires that every
// model of the view is ok.
[[nodiscard]] std::vector<double> objective_values(const Sweep& sweep, const PointResult& point, std::size_t view);

// How far a point is from meeting the constraints: 0 when it does; each bound counts relative to its size, each model
// without figures as 1e6.
[[nodiscard]] double violation(const Sweep& sweep, const PointResult& point, std::size_t view);

struct View {
  std::vector<bool> feasible;      // by position in the list of points
  std::vector<std::size_t> front;  // positions, ascending: the exact Pareto front of the feasible points
};

// One for each view.
[[nodiscard]] std::vector<View> assess(const Sweep& sweep, const std::vector<PointResult>& points);

// Why nothing is feasible, as a sentence: how many points are legal, and how many of these meet each constraint.
[[nodiscard]] std::string empty_reason(const Sweep& sweep, const std::vector<PointResult>& points, std::size_t view);

}  // namespace systolite::explore
