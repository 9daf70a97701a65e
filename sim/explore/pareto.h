// SPDX-License-Identifier: Apache-2.0
// The exact Pareto front of a set of points.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace systolite::explore {

// a is nowhere larger than b and somewhere smaller; both have the same length.
[[nodiscard]] bool dominates(std::span<const double> a, std::span<const double> b) noexcept;

// The points that no other dominates, all values being minimised, in ascending order of their indices. Equal points are
// all on the front or all off it. Work: points x (log points + points on the front).
[[nodiscard]] std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points);

}  // namespace systolite::explore
