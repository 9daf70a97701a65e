// SPDX-License-Identifier: Apache-2.0
// How the output of a layer on the array is cut into blocks, and how many column tiles share banks of the accumulator.
#pragma once

#include <vector>

#include "mapper/lower/matrix_layer.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Output pixels.
struct Block {
  int oy0, ox0, rows, cols;
};

// Cuts the output into at least `count` blocks, if there are as many rows, that fit one accumulator half: as equal as
// possible, whole rows where a row fits, and columns of a single row. Where rows are cut, the first block has
// `first_rows` of them, if that is less than the others have.
[[nodiscard]] std::vector<Block> cut_blocks(int out_h, int out_w, int count, const HwConfig& hw, int first_rows = 0);

// Column mode, kernel parts from tap `tap0` on: stream positions that a row of the block shares with the next one.
[[nodiscard]] int shared_positions(const MatrixLayer& layer, const Block& block, int tap0) noexcept;

// The layer's cut, what it leaves open by estimate, as far as the accumulator and the weight buffer allow it. `whole`:
// the weights of every column tile fit in half the weight buffer.
[[nodiscard]] LayerCut complete_cut(const MatrixLayer& layer, bool whole, const HwConfig& hw);

}  // namespace systolite
