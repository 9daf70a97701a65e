// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/pareto.h"

#include <algorithm>
#include <numeric>

namespace systolite::explore {

bool dominates(std::span<const double> a, std::span<const double> b) noexcept {
  bool smaller = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    smaller = smaller || a[i] < b[i];
  }
  return smaller;
}

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::vector<double>& { return points[i]; });
  // In lexicographic order a point is dominated, if at all, by one before it, and then also by one of the front.
  std::vector<std::size_t> front;
  for (const std::size_t i : order) {
    const bool dominated =
        std::ranges::any_of(front, [&](std::size_t kept) { return dominates(points[kept], points[i]); });
    if (!dominated) front.push_back(i);
  }
  std::ranges::sort(front);
  return front;
}

}  // namespace systolite::explore
