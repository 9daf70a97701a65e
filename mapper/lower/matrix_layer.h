// SPDX-License-Identifier: Apache-2.0
// A layer on the array as lowering sees it.
#pragma once

#include "mapper/ir/graph.h"
#include "mapper/lower/cut.h"
#include "mapper/lower/pack.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/row_bands.h"
#include "mapper/lower/view.h"
#include "sim/core/quantize.h"

namespace systolite {

struct MatrixLayer {
  const Graph* graph;
  const Op* op;
  int op_index;
  const MatrixGeometry* geometry;
  const PackedLayer* packed;
  View input;  // as the engine sees it (rows of the turned image, if turned)
  View output;
  const RowBands* input_bands = nullptr;   // how the image lies in the view, if in bands
  const RowBands* output_bands = nullptr;  // dense: the same
  bool column_mode = false;
  int bus_rows = 1;      // column mode: kernel rows per pass
  int taps = 1;          // column mode: taps of a kernel row at a time
  int tap_parts = 1;     // column mode: times that takes
  int nkx = 1;           // dense: strings per kernel row
  int string_bytes = 1;  // dense: bytes per string; 0: the tile's own channels (depthwise as diagonal tiles)
  Dataflow dataflow = Dataflow::kWeight;
  bool first = false;     // no layer of the network before this one runs on the array
  bool last = false;      // no layer of the network behind this one runs on the array
  bool in_place = false;  // the output takes the bytes of the input (in_place.h)
  LayerCut cut = {};      // wanted, as far as it is possible
  Rounding rounding = Rounding::kDouble;
};

}  // namespace systolite
