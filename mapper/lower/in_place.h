// SPDX-License-Identifier: Apache-2.0
// Layers on the array that write their result over their own input, which nobody reads any more. A block is in the
// accumulator when it is computed; it is requantised when the block behind it is computed too, and then goes where the
// rows are that no later block reads. So the result needs no memory of its own, or only what it is larger by.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/lower/layer_cut.h"
#include "mapper/lower/matrix_layer.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Whether every block may be written to `output` when it and the block behind it are computed: no later block reads
// these bytes of `input`.
[[nodiscard]] bool read_before_written(const MatrixGeometry& g, const View& input, const View& output,
                                       const std::vector<Block>& blocks, const HwConfig& hw);

// How far in front of its input the result of a layer begins, in bytes; nothing if it cannot take the input's place.
// `in_bytes` and `out_bytes` are those of the tensors. A layer whose column tiles each need the whole input must have
// all of them together: weights, tables and accumulator allow it, or the answer is nothing.
[[nodiscard]] std::optional<std::uint32_t> bytes_before_input(const OpPlan& plan, std::uint32_t in_bytes,
                                                              std::uint32_t out_bytes, const HwConfig& hw);

// The cut that comes next to the wanted one (complete_cut) among those that allow the layer to be in place.
[[nodiscard]] LayerCut in_place_cut(const MatrixLayer& layer, const LayerCut& wanted, const HwConfig& hw);

}  // namespace systolite
