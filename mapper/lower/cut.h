// SPDX-License-Identifier: Apache-2.0
// What can be chosen of a layer on the array.
#pragma once

#include <optional>

#include "sim/core/hw_config.h"

namespace systolite {

// How a layer shares the accumulator: blocks of pixels, and column tiles in one half together. While the first
// of them run, the layer before is being finished and inputs arrive; behind the last of them, the vector engine
// finishes the layer and results leave: cut finer, less of that is exposed.
struct LayerCut {
  int blocks = 0;  // 0: by estimate, tiles too
  int tiles = 0;
  int first_blocks = 0;  // at least, of the first group of column tiles; 0: as usual
  int first_rows = 0;    // of the very first block, fewer than the equal share; 0: as the others
  int first_tiles = 0;   // of the first group; 0: as the others
  int last_blocks = 0;   // at least, of the last group
  int first_parts = 1;   // the very first block of the first column tile is reduced in so many commands, so that it
                         // begins when the first input channels or rows are there
  // One mm and one requant command for all column tiles in a half, where they can be one: fewer commands, but what
  // waits for one of the tiles waits for all.
  bool joint = true;
  std::optional<Dataflow> dataflow = std::nullopt;  // where either is possible; none: by estimate
  // Depthwise: bands of rows beside each other (row_bands.h) that its image is stored in, where that is possible. 1:
  // none, 0: by estimate. Whether the convolution before computes neighbouring pixels as one nonetheless.
  int row_bands = 0;
  bool bands_unrolled = false;
  bool operator==(const LayerCut&) const = default;
};

}  // namespace systolite
