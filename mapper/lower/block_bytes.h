// SPDX-License-Identifier: Apache-2.0
// Bytes of the scratchpad that blocks of a layer on the array read and write: whole rows of the images, or pixels of
// images of one row.
#pragma once

#include <vector>

#include "mapper/lower/layer_cut.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

// What kernel rows ky0 .. ky0+nky-1 need of the input.
[[nodiscard]] std::vector<Range> bytes_read(const MatrixGeometry& g, const View& input, const Block& block, int ky0,
                                            int nky, const HwConfig& hw);
[[nodiscard]] std::vector<Range> bytes_written(const MatrixGeometry& g, const View& output, const Block& block,
                                               const HwConfig& hw);

}  // namespace systolite
