// SPDX-License-Identifier: Apache-2.0
// The results of a sweep (docs/exploring.md) as a page shows them: all of the fronts, of the rest what a picture holds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace systolite::html {

// Feasible points beside a front that are drawn, evenly chosen by their number.
inline constexpr std::size_t kMostOthers = 2000;

// JSON: the keys of the results that describe the sweep (sweep, method, space_points, evaluated_points, models,
// parameters, constraints), and
//   figures      by name: unit, definition
//   objectives   figure, goal, unit
//   views        one for each model, or one of all of them: name; front, each with point, parameters, objectives
//   (values
//                in their order; of all models the worst), confirmed, config, models (model, figures of each); others:
//                [point, values...] of feasible points that are not on it, at most kMostOthers; others_total
// Requires text that explore wrote.
[[nodiscard]] std::string explore_data(std::string_view results);

}  // namespace systolite::html
