// SPDX-License-Identifier: Apache-2.0
// ADD and pooling as vector engine commands.
#pragma once

#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/place.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/unit.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite {

// One unit. A tensor whose rows rotate through banks is added row by row.
void lower_add(const Graph& graph, int op_index, const Placement& placement, Rounding rounding, const HwConfig& hw,
               std::vector<Unit>& units);

// One unit, one command for each region of equal windows.
void lower_pool(const Graph& graph, int op_index, const PoolPlan& plan, const Placement& placement, const HwConfig& hw,
                std::vector<Unit>& units);

}  // namespace systolite
