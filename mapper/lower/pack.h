// SPDX-License-Identifier: Apache-2.0
// Weights and requantisation tables in the order the engines consume them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/flash_image.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/table_image.h"
#include "mapper/quantization/quantization.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite {

// A run of output channels that share the columns of the array.
struct ColumnTile {
  int c0;                 // first output channel
  int channels;           // at most the columns of the array
  std::uint32_t weights;  // bus address; rows of `channels` bytes, in the order of the wl command
  std::uint32_t rows;     // weight rows in all
  int table_word;         // first word (requant_lanes channels) in its part of the layer's tables
};

// The tables of neighbouring column tiles, each padded to whole granules; one command loads them.
struct TablePart {
  std::size_t end_tile;   // behind the last tile
  int words;              // requant_lanes channels each
  std::uint32_t address;  // on the bus
  std::uint32_t bytes;
  TableForm form;
};

struct PackedLayer {
  std::vector<ColumnTile> tiles;
  std::vector<TablePart> tables;  // as many tiles in each as fit in half the table memory, but at least one
  bool per_tensor = false;        // the first slot of a part has the scale of all its channels
};

// Tables are cut only at multiples of this many channels: whole words, and whole groups of a table in memory.
[[nodiscard]] int table_granule_channels(const HwConfig& hw) noexcept;

// What the tables of a layer hold, whatever the hardware: by output channel. The input zero point is folded into the
// bias: bias - zero_point * sum of weights (int32, wraps).
struct FoldedLayer {
  std::vector<std::int32_t> bias;
  LayerQuantization quantization;
};
// Of a convolution or FULLY_CONNECTED.
[[nodiscard]] FoldedLayer fold_layer(const Graph& graph, const Op& op, Rounding rounding);
// By operator; nothing for other ones.
[[nodiscard]] std::vector<std::optional<FoldedLayer>> fold_layers(const Graph& graph, Rounding rounding);

// Dense: row order (kernel row, kernel column, byte of the string); unrolled pixels have the columns pixel * filters +
// filter, and tables to match. Depthwise: (kernel row, tap), taps between dilated
// kernel columns and behind the last zero.
[[nodiscard]] PackedLayer pack_dense(const Graph& graph, const Op& op, const DensePlan& plan, const FoldedLayer& folded,
                                     const HwConfig& hw, FlashImage& flash);
[[nodiscard]] PackedLayer pack_depthwise(const Graph& graph, const Op& op, const DepthwisePlan& plan,
                                         const FoldedLayer& folded, const HwConfig& hw, FlashImage& flash);

}  // namespace systolite
