// SPDX-License-Identifier: Apache-2.0
// Convolutions and fully connected layers as wl, mm and requant commands.
#pragma once

#include <vector>

#include "mapper/lower/accumulator_banks.h"
#include "mapper/lower/matrix_layer.h"
#include "mapper/lower/ring.h"
#include "mapper/lower/unit.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Local buffers shared by all layers of a job.
struct LocalBuffers {
  explicit LocalBuffers(const HwConfig& hw);
  Ring weights;  // bytes
  Ring tables;   // words of requant_lanes channels
  AccumulatorBanks accumulator;
};

// One unit per column tile, or several where its weights do not fit in half the weight buffer. Returns the layer's cut
// as far as it was possible, with all that it had left open: with that one for its own, the layer becomes the same
// units.
LayerCut lower_matrix(const MatrixLayer& layer, const HwConfig& hw, LocalBuffers& buffers, std::vector<Unit>& units);

}  // namespace systolite
