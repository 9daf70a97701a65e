// SPDX-License-Identifier: Apache-2.0
// A layer on the array as lowering sees it.
#pragma once

#include "mapper/ir/graph.h"
#include "mapper/lower/pack.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/view.h"
#include "sim/core/quantize.h"

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
  bool operator==(const LayerCut&) const = default;
};

struct MatrixLayer {
  const Graph* graph;
  const Op* op;
  int op_index;
  const MatrixGeometry* geometry;
  const PackedLayer* packed;
  View input;  // as the engine sees it (rows of the turned image, if turned)
  View output;
  bool column_mode = false;
  int bus_rows = 1;      // column mode: kernel rows per pass
  int taps = 1;          // column mode: taps of a kernel row at a time
  int tap_parts = 1;     // column mode: times that takes
  int nkx = 1;           // dense: strings per kernel row
  int string_bytes = 1;  // dense: bytes per string; 0: the tile's own channels (depthwise as diagonal tiles)
  Dataflow dataflow = Dataflow::kWeight;
  bool first = false;  // no layer of the network before this one runs on the array
  bool last = false;   // no layer of the network behind this one runs on the array
  LayerCut cut = {};   // wanted, as far as it is possible
  Rounding rounding = Rounding::kDouble;
};

}  // namespace systolite
