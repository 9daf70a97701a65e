// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/layer_cut.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mapper/lower/in_place.h"
#include "mapper/lower/kernel_parts.h"
#include "mapper/lower/matrix_estimate.h"

namespace systolite {
namespace {

// Besides the way through the array: its pipeline, tokens, set-up and pipeline of the vector engine (hw/TIMING.md).
constexpr std::int64_t kHalfLatencyCycles = 18;
// Blocks of the first and the last column tiles of a layer, as usual.
constexpr int kEdgeBlocks = 2;

// Matrix cycles of one column tile of a block, hw/TIMING.md section 8.
std::int64_t matrix_cycles(const MatrixLayer& layer, const Block& block, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  if (layer.column_mode) {
    const int buses = std::max(1, std::min(layer.bus_rows, hw.array.rows / layer.taps));
    return depthwise_cycles(1, ceil_div(g.kernel_h, buses) * layer.tap_parts, block.rows, block.cols, g.stride_x,
                            layer.taps, shared_positions(layer, block, 0));
  }
  const int string = layer.string_bytes == 0 ? std::min(g.channels, hw.array.cols) : layer.string_bytes;
  const auto cycles = layer.dataflow == Dataflow::kOutput ? output_cycles : dense_cycles;
  return cycles(std::int64_t{g.kernel_h} * layer.nkx, string, std::int64_t{block.rows} * block.cols, hw.array.rows);
}

// Bytes of the weights of the first column tiles, by their number.
std::vector<std::uint32_t> bytes_together(const MatrixLayer& layer, const HwConfig& hw) {
  std::vector<std::uint32_t> bytes = {0};
  for (const ColumnTile& tile : layer.packed->tiles)
    bytes.push_back(bytes.back() + aligned_weights(cut_kernel(layer, tile, hw).front().bytes()));
  return bytes;
}

// How many column tiles from the first on go together (kernel_parts.h): all do if each does with the one before.
template <typename Together>
int tiles_together(const MatrixLayer& layer, const HwConfig& hw, Together together) {
  std::size_t count = 1;
  while (count < layer.packed->tiles.size() && together(layer, count - 1, count + 1, hw)) ++count;
  return static_cast<int>(count);
}

}  // namespace

std::vector<Block> cut_blocks(int out_h, int out_w, int count, const HwConfig& hw, int first_rows) {
  const int entries = hw.acc_entries();
  std::vector<Block> blocks;
  if (out_h == 1) {
    count = std::clamp(count, (out_w + entries - 1) / entries, out_w);
    const int cols = (out_w + count - 1) / count;
    for (int x = 0; x < out_w; x += cols) blocks.push_back({0, x, 1, std::min(cols, out_w - x)});
  } else if (out_w <= entries) {
    const int rows_that_fit = entries / out_w;
    count = std::max(count, (out_h + rows_that_fit - 1) / rows_that_fit);
    int rows = (out_h + count - 1) / count;
    int y = 0;
    if (first_rows > 0 && first_rows < rows) {
      blocks.push_back({0, 0, first_rows, out_w});
      y = first_rows;
      rows = std::min(rows_that_fit, (out_h - y + std::max(count - 1, 1) - 1) / std::max(count - 1, 1));
    }
    for (; y < out_h; y += rows) blocks.push_back({y, 0, std::min(rows, out_h - y), out_w});
  } else {
    const int pieces = (out_w + entries - 1) / entries;
    const int cols = (out_w + pieces - 1) / pieces;
    for (int y = 0; y < out_h; ++y) {
      for (int x = 0; x < out_w; x += cols) blocks.push_back({y, x, 1, std::min(cols, out_w - x)});
    }
  }
  return blocks;
}

int shared_positions(const MatrixLayer& layer, const Block& block, int tap0) noexcept {
  // Rows that end inside the image have no padding there.
  return block.cols == layer.geometry->out_w ? shared_positions(*layer.geometry, tap0, layer.taps) : 0;
}

namespace {

// Array and vector engine alternate on the two halves. With T cycles of matrix work for what is in a half, and L from
// the last of it to the end of its requantisation, a half takes max(T, (T + L) / 2): short work is better done
// together.
LayerCut choose_cut(const MatrixLayer& layer, bool whole, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  constexpr int kMaxBlocks = 4;
  const auto& tiles = layer.packed->tiles;
  const int count = static_cast<int>(tiles.size());
  const std::int64_t latency = hw.array.rows + hw.array.cols + kHalfLatencyCycles;
  const std::int64_t groups = (std::min(g.filters, hw.array.cols) + hw.requant_lanes - 1) / hw.requant_lanes;
  const std::vector<std::uint32_t> bytes = bytes_together(layer, hw);
  const int computed = tiles_together(layer, hw, computed_together);
  const int requantised = tiles_together(layer, hw, requantised_together);
  const int stored = tiles_together(layer, hw, stored_together);
  std::int64_t weights = 0;
  for (const ColumnTile& tile : tiles) weights += std::int64_t{tile.rows} * tile.channels;
  LayerCut best;
  std::int64_t best_cycles = std::numeric_limits<std::int64_t>::max();
  for (int wanted = 1; wanted <= kMaxBlocks; ++wanted) {
    const auto blocks = cut_blocks(g.out_h, g.out_w, wanted, hw);
    const Block& block = blocks.front();
    const std::int64_t pixels = std::int64_t{block.rows} * block.cols;
    const std::int64_t work = matrix_cycles(layer, block, hw);
    for (int together = 1; together <= count; ++together) {
      if (together > 1 &&
          (!whole || together * pixels > hw.acc_entries() ||
           bytes[static_cast<std::size_t>(together)] > static_cast<std::uint32_t>(hw.weight_buffer_bytes) / 8))
        break;
      const std::int64_t filled = together * work;
      const std::int64_t rest = latency + together * groups * pixels;
      const std::int64_t halves = static_cast<std::int64_t>(blocks.size()) * ((count + together - 1) / together);
      // For all tiles of a group, or for each, an mm and a requant a block, one load and one wl a block.
      const auto block_count = static_cast<std::int64_t>(blocks.size());
      const std::int64_t group_count = (count + together - 1) / together;
      const auto each = [&](bool joint) { return joint ? group_count : count; };
      const bool joint = layer.cut.joint;
      const std::int64_t commands =
          block_count * (each(joint && together <= computed) + each(joint && together <= requantised)) +
          (1 + block_count) * each(together <= stored);
      const std::int64_t loads = (weights + 16 * commands) / hw.dma.bus_bytes();
      const std::int64_t array = halves * std::max(filled, (filled + rest) / 2);
      // Loads go on while the array works, through later layers too: the work for the last weights counts at the end
      // only.
      const std::int64_t cycles = loads > array ? loads + (layer.last ? filled + rest : 0) : array + rest;
      if (cycles >= best_cycles) continue;
      best.blocks = wanted;
      best.tiles = together;
      best_cycles = cycles;
    }
  }
  return best;
}

// As many of the wanted column tiles as accumulator and weight buffer can take together.
int possible_tiles(const MatrixLayer& layer, int wanted, const std::vector<Block>& blocks, bool whole,
                   const HwConfig& hw) {
  int pixels = 0;
  for (const Block& block : blocks) pixels = std::max(pixels, block.rows * block.cols);
  int tiles = std::min(wanted, static_cast<int>(layer.packed->tiles.size()));
  if (tiles < 2) return tiles;
  const std::vector<std::uint32_t> bytes = bytes_together(layer, hw);
  while (tiles > 1 &&
         (!whole || tiles * pixels > hw.acc_entries() || bytes[static_cast<std::size_t>(tiles)] > weight_budget(hw)))
    --tiles;
  return tiles;
}

}  // namespace

LayerCut complete_cut(const MatrixLayer& layer, bool whole, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  LayerCut cut = layer.cut;
  if (cut.blocks == 0 || cut.tiles == 0) {
    const LayerCut chosen = choose_cut(layer, whole, hw);
    cut.blocks = chosen.blocks;
    cut.tiles = chosen.tiles;
  } else {
    cut.tiles = possible_tiles(layer, cut.tiles, cut_blocks(g.out_h, g.out_w, cut.blocks, hw), whole, hw);
  }
  // A depthwise tile needs but its own channels of the layer before, and those came first.
  if (cut.first_blocks == 0) cut.first_blocks = layer.column_mode || g.out_h == 1 ? 1 : kEdgeBlocks;
  if (cut.last_blocks == 0) cut.last_blocks = g.out_h == 1 ? 1 : kEdgeBlocks;
  const int first_tiles = cut.first_tiles == 0 ? cut.tiles : cut.first_tiles;
  const auto first_blocks = cut_blocks(g.out_h, g.out_w, std::max(cut.blocks, cut.first_blocks), hw, cut.first_rows);
  cut.first_tiles = possible_tiles(layer, first_tiles, first_blocks, whole, hw);
  return layer.in_place ? in_place_cut(layer, cut, hw) : cut;
}

}  // namespace systolite
