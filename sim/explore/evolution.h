// SPDX-License-Identifier: Apache-2.0
// Search for the front where there are too many points to look at all of them: NSGA-II (Deb et al., "A fast and elitist
// multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6(2), 2002) of the library pagmo. The numbers
// of the values of the dimensions are its variables.
#pragma once

#include <functional>
#include <vector>

#include "sim/explore/evaluator.h"
#include "sim/explore/sweep.h"

namespace systolite::explore {

// `evaluate` gives the results of points, in their order. Every point that was asked for, each once, in the order of
// asking. Same sweep, same seed, same results: same points.
std::vector<PointId> evolve(
    const Sweep& sweep, const std::function<std::vector<const PointResult*>(const std::vector<PointId>&)>& evaluate);

}  // namespace systolite::explore
