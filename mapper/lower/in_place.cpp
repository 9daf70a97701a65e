// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/in_place.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "mapper/lower/block_bytes.h"
#include "mapper/lower/kernel_parts.h"
#include "mapper/lower/pack.h"
#include "sim/core/ceil_div.h"

namespace systolite {
namespace {

// As many blocks as make each fit one bank of the accumulator, so that one is computed while two others wait; or
// half of the accumulator where no row fits a bank.
int base_blocks(const MatrixGeometry& g, int tiles, const HwConfig& hw) {
  const int bank = hw.acc_bank_entries();
  if (g.out_h == 1) return ceil_div(g.out_w * tiles, bank);
  const int row = g.out_w * tiles;
  return ceil_div(g.out_h, std::max(1, (row <= bank ? bank : hw.acc_entries()) / row));
}

// Rows from the first one of `bytes` bytes.
View plain_view(std::uint32_t base, int rows, std::uint32_t bytes) {
  const std::uint32_t row_bytes = bytes / static_cast<std::uint32_t>(rows);
  return {.base = base, .pitch = row_bytes, .interleave = 0, .height = rows, .row_bytes = row_bytes};
}

// Bytes by which the results of blocks reach beyond the first byte that later blocks read, if both tensors begin at the
// same address.
std::uint32_t overlap_bytes(const MatrixGeometry& g, const View& input, const View& output,
                            const std::vector<Block>& blocks, const HwConfig& hw) {
  std::uint32_t most = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::uint32_t end = bytes_written(g, output, blocks[b], hw).back().end;
    for (std::size_t later = b + 2; later < blocks.size(); ++later) {
      for (const Range& read : bytes_read(g, input, blocks[later], 0, g.kernel_h, hw)) {
        if (end > read.begin) most = std::max(most, end - read.begin);
      }
    }
  }
  return most;
}

bool accumulator_holds(const std::vector<Block>& blocks, int tiles, const HwConfig& hw) {
  return std::ranges::all_of(blocks,
                             [&](const Block& block) { return tiles * block.rows * block.cols <= hw.acc_entries(); });
}

// Column tiles, weights and tables of a dense layer as one group.
bool tiles_fit_together(const DensePlan& plan, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  std::uint32_t weights = 0;
  for (int c0 = 0; c0 < g.filters; c0 += hw.array.cols) {
    const int bytes = g.kernel_h * plan.nkx * plan.string_bytes * std::min(hw.array.cols, g.filters - c0);
    weights += aligned_weights(static_cast<std::uint32_t>(bytes));
  }
  const int granule = table_granule_channels(hw);
  const int slots =
      ceil_div(ceil_div(g.filters, hw.array.cols) * ceil_div(hw.array.cols, hw.requant_lanes) * hw.requant_lanes,
               granule) *
      granule;
  return weights <= weight_budget(hw) && slots <= hw.param_channels / 2;
}

// The weights of a column tile of a depthwise layer are one part.
bool tile_is_whole(const DepthwisePlan& plan, const HwConfig& hw) {
  const MatrixGeometry& g = plan.geometry;
  const int width = std::min(hw.array.cols, plan.column_mode ? hw.array.cols : hw.array.rows);
  const int rows = plan.column_mode ? plan.taps : g.kernel_w * width;
  return plan.tap_parts == 1 && static_cast<std::uint32_t>(g.kernel_h * rows * width) <= weight_budget(hw);
}

}  // namespace

bool read_before_written(const MatrixGeometry& g, const View& input, const View& output,
                         const std::vector<Block>& blocks, const HwConfig& hw) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::vector<Range> written = bytes_written(g, output, blocks[b], hw);
    for (std::size_t later = b + 2; later < blocks.size(); ++later) {
      for (const Range& read : bytes_read(g, input, blocks[later], 0, g.kernel_h, hw)) {
        if (std::ranges::any_of(written, [&](const Range& w) { return w.overlaps(read); })) return false;
      }
    }
  }
  return true;
}

std::optional<std::uint32_t> bytes_before_input(const OpPlan& plan, std::uint32_t in_bytes, std::uint32_t out_bytes,
                                                const HwConfig& hw) {
  const auto* dense = std::get_if<DensePlan>(&plan);
  const auto* depthwise = std::get_if<DepthwisePlan>(&plan);
  if (dense == nullptr && depthwise == nullptr) return std::nullopt;
  const MatrixGeometry& g = dense != nullptr ? dense->geometry : depthwise->geometry;
  if (dense != nullptr ? !tiles_fit_together(*dense, hw) : !tile_is_whole(*depthwise, hw)) return std::nullopt;
  const int tiles = dense != nullptr ? ceil_div(g.filters, hw.array.cols) : 1;
  const std::vector<Block> blocks = cut_blocks(g.out_h, g.out_w, base_blocks(g, tiles, hw), hw);
  if (!accumulator_holds(blocks, tiles, hw)) return std::nullopt;
  View input = plain_view(0, g.in_h, in_bytes);
  const View output = plain_view(0, g.out_h, out_bytes);
  const std::uint32_t before = ceil_div(overlap_bytes(g, input, output, blocks, hw), kSpmAlignBytes) * kSpmAlignBytes;
  // Column tiles of a depthwise layer come one after the other: they may not write what later ones read, which are the
  // same channels of all pixels only if the tensors begin at the same address.
  if (depthwise != nullptr && before != 0) return std::nullopt;
  input.base = before;
  if (!read_before_written(g, input, output, blocks, hw)) return std::nullopt;
  return before;
}

LayerCut in_place_cut(const MatrixLayer& layer, const LayerCut& wanted, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  const bool own_channels = layer.column_mode || layer.string_bytes == 0;
  const int tiles = own_channels ? 1 : static_cast<int>(layer.packed->tiles.size());
  const auto allowed = [&](int count, int first_rows) {
    const std::vector<Block> blocks = cut_blocks(g.out_h, g.out_w, count, hw, first_rows);
    return accumulator_holds(blocks, tiles, hw) && read_before_written(g, layer.input, layer.output, blocks, hw);
  };
  LayerCut cut = wanted;
  if (!own_channels) cut.tiles = cut.first_tiles = tiles;
  // Of the first group of column tiles, of the last one, of those in between, and of a group that is all of these.
  const int first = std::max(cut.blocks, cut.first_blocks);
  if (allowed(cut.blocks, 0) && allowed(first, cut.first_rows) && allowed(std::max(cut.blocks, cut.last_blocks), 0) &&
      allowed(std::max(first, cut.last_blocks), cut.first_rows))
    return cut;
  cut.blocks = base_blocks(g, tiles, hw);
  cut.first_blocks = cut.last_blocks = 1;
  cut.first_rows = 0;
  // Column tiles that went together with smaller blocks.
  int pixels = 1;
  for (const Block& block : cut_blocks(g.out_h, g.out_w, cut.blocks, hw))
    pixels = std::max(pixels, block.rows * block.cols);
  const int most = std::max(1, hw.acc_entries() / pixels);
  cut.tiles = std::min(cut.tiles, most);
  cut.first_tiles = std::min(cut.first_tiles, most);
  return cut;
}

}  // namespace systolite
