// SPDX-License-Identifier: Apache-2.0
// Weights and requantisation tables in the order the engines consume them.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/flash_image.h"
#include "mapper/lower/plan.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite {

// A run of output channels that share the columns of the array.
struct ColumnTile {
  int c0;                 // first output channel
  int channels;           // at most the columns of the array
  std::uint32_t weights;  // bus address; rows of `channels` bytes, in the order of the wl command
  std::uint32_t rows;     // weight rows in all
  int table_word;         // first word (requant_lanes channels) in the layer's tables
};

struct PackedLayer {
  std::vector<ColumnTile> tiles;
  std::uint32_t bias = 0;  // bus addresses of the layer's tables, padded to whole granules for each tile
  std::uint32_t mult = 0;
  std::uint32_t shift = 0;
  int table_words = 0;
  bool per_tensor = false;  // mult and shift hold one word
};

// Tables are cut only at multiples of this many channels: whole words, and whole bus beats of the shift table.
[[nodiscard]] int table_granule_channels(const HwConfig& hw) noexcept;

// Dense: row order (kernel row, kernel column, byte of the string); unrolled pixels have the columns pixel * filters +
// filter, and tables to match. Depthwise: (kernel row, tap), taps between dilated
// kernel columns and behind the last zero. The input zero point is folded into the bias: bias - zero_point * sum of
// weights (int32, wraps).
[[nodiscard]] PackedLayer pack_dense(const Graph& graph, const Op& op, const DensePlan& plan, const HwConfig& hw,
                                     Rounding rounding, FlashImage& flash);
[[nodiscard]] PackedLayer pack_depthwise(const Graph& graph, const Op& op, const DepthwisePlan& plan,
                                         const HwConfig& hw, Rounding rounding, FlashImage& flash);

}  // namespace systolite
