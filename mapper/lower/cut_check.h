// SPDX-License-Identifier: Apache-2.0
// Refuses cuts that somebody wants as they stand and that cannot be.
#pragma once

#include <map>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/band_layout.h"
#include "mapper/lower/matrix_layer.h"
#include "mapper/lower/plan.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Before lowering: cuts of operators that are not on the array, values that mean nothing, a dataflow that the operator
// cannot take. Throws Error(kConfig).
void check_cuts(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw,
                const std::map<int, LayerCut>& cuts);

// After lowering: a cut with more column tiles together than there are or than have room. Throws Error(kConfig).
void check_cut_done(const MatrixLayer& layer, const LayerCut& done, const HwConfig& hw);

// Bands of rows that are wanted and were not chosen. `most`: by operator, the most there can be. Throws Error(kConfig).
void check_bands(const Graph& graph, const BandChoices& wanted, const BandChoices& chosen, const std::vector<int>& most,
                 const HwConfig& hw);

}  // namespace systolite
