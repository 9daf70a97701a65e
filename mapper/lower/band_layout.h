// SPDX-License-Identifier: Apache-2.0
// Which depthwise layers of few channels have their images stored in bands of rows (row_bands.h).
//
// Such a layer is an ordinary one of fewer rows and more channels: kernel and tables repeat for every band, rows that
// bands share are stored in each, and padding above and below is stored, too. Its input is written so by the
// convolution that makes it, if nobody else reads it, every row to all places it has. Its output must go to pointwise
// convolutions on the array alone, which read band after band.
#pragma once

#include <map>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/layout.h"
#include "mapper/lower/plan.h"
#include "sim/core/hw_config.h"

namespace systolite {

// By operator.
using BandChoices = std::map<int, BandChoice>;

// The most bands that the image of an operator can be in, by operator; 1 where it is not possible.
[[nodiscard]] std::vector<int> most_row_bands(const Layout& plain, const HwConfig& hw);

// The layout with the images of these operators in bands. Requires that each is possible.
// `plain_plans`: of the layout without bands.
[[nodiscard]] Layout with_row_bands(const Layout& plain, const std::vector<OpPlan>& plain_plans,
                                    const BandChoices& choices);

// What is wanted as far as it is possible, and finds room in the scratchpad; 1 is a wish for none. Of other operators
// what takes fewest cycles by estimate; operators without bands are left out. `most`: of most_row_bands(). `in_memory`:
// the network with its tensors as they lie in SRAM.
[[nodiscard]] BandChoices choose_row_bands(const Layout& plain, const HwConfig& hw, const std::vector<int>& most,
                                           const BandChoices& wanted, bool keep_all_tensors, const Graph& in_memory);

// The layout that a network is mapped in without a search: choose_layout() with bands by estimate.
[[nodiscard]] Layout mapped_layout(const Graph& graph, const HwConfig& hw);

}  // namespace systolite
