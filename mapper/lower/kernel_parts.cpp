// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/kernel_parts.h"

#include <algorithm>

namespace systolite {
namespace {

std::vector<KernelPart> cut_dense_kernel(const MatrixLayer& layer, const ColumnTile& tile, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  const std::uint32_t budget = weight_budget(hw);
  const auto nt = static_cast<std::uint32_t>(tile.channels);
  const int base = layer.string_bytes == 0 ? tile.c0 : 0;
  const int string = layer.string_bytes == 0 ? tile.channels : layer.string_bytes;
  const auto string_size = static_cast<std::uint32_t>(string) * nt;
  const std::uint32_t row_size = static_cast<std::uint32_t>(layer.nkx) * string_size;
  std::vector<KernelPart> parts;
  if (row_size <= budget) {
    const int fit = std::min(g.kernel_h, static_cast<int>(budget / row_size));
    const int count = (g.kernel_h + fit - 1) / fit;
    const int nky = (g.kernel_h + count - 1) / count;
    for (int ky = 0; ky < g.kernel_h; ky += nky) {
      const int rows = std::min(nky, g.kernel_h - ky);
      parts.push_back({ky, rows, base, string, 0, 0, static_cast<std::uint32_t>(ky) * row_size, 1,
                       static_cast<std::uint32_t>(rows) * row_size, 0});
    }
    return parts;
  }
  const int fit = static_cast<int>(budget / nt) / layer.nkx;
  const int len = std::max(fit / hw.array.rows, 1) * hw.array.rows;
  for (int ky = 0; ky < g.kernel_h; ++ky) {
    for (int b = 0; b < string; b += len) {
      const int piece = std::min(len, string - b);
      parts.push_back({ky, 1, base + b, piece, 0, 0,
                       static_cast<std::uint32_t>(ky) * row_size + static_cast<std::uint32_t>(b) * nt, layer.nkx,
                       static_cast<std::uint32_t>(piece) * nt, string_size});
    }
  }
  return parts;
}

std::vector<KernelPart> cut_column_kernel(const MatrixLayer& layer, const ColumnTile& tile, const HwConfig& hw) {
  const MatrixGeometry& g = *layer.geometry;
  const std::uint32_t budget = weight_budget(hw);
  const auto nt = static_cast<std::uint32_t>(tile.channels);
  const int taps = layer.taps;
  const std::uint32_t row_size = static_cast<std::uint32_t>(taps * layer.tap_parts) * nt;
  std::vector<KernelPart> parts;
  for (int tap = 0; tap < taps * layer.tap_parts; tap += taps) {
    const std::uint32_t bytes = static_cast<std::uint32_t>(taps) * nt;
    const int fit = std::max(1, std::min(g.kernel_h, static_cast<int>(budget / bytes)));
    for (int ky = 0; ky < g.kernel_h; ky += fit) {
      const int rows = std::min(fit, g.kernel_h - ky);
      const std::uint32_t offset = static_cast<std::uint32_t>(ky) * row_size + static_cast<std::uint32_t>(tap) * nt;
      if (layer.tap_parts == 1) {
        parts.push_back({ky, rows, 0, 0, tap, taps, offset, 1, static_cast<std::uint32_t>(rows) * bytes, 0});
      } else {
        parts.push_back({ky, rows, 0, 0, tap, taps, offset, rows, bytes, row_size});
      }
    }
  }
  return parts;
}

}  // namespace

std::vector<KernelPart> cut_kernel(const MatrixLayer& layer, const ColumnTile& tile, const HwConfig& hw) {
  return layer.column_mode ? cut_column_kernel(layer, tile, hw) : cut_dense_kernel(layer, tile, hw);
}

std::vector<KernelPart> cut_reduction(const MatrixLayer& layer, const KernelPart& part, int nt, int count,
                                      const HwConfig& hw) {
  if (layer.column_mode || part.load_rows != 1 || (part.nky == 1 && layer.nkx != 1)) return {part};
  std::vector<KernelPart> pieces;
  const auto add = [&](const KernelPart& piece, int weight_rows_before, int weight_rows) {
    pieces.push_back(piece);
    pieces.back().weight_offset = part.weight_offset + static_cast<std::uint32_t>(weight_rows_before * nt);
    pieces.back().load_bytes = static_cast<std::uint32_t>(weight_rows * nt);
  };
  KernelPart piece = part;
  if (part.nky > 1) {
    const int nky = (part.nky + count - 1) / count;
    const int weight_rows = layer.nkx * part.len;  // of a kernel row
    for (int ky = 0; ky < part.nky; ky += nky) {
      piece.ky0 = part.ky0 + ky;
      piece.nky = std::min(nky, part.nky - ky);
      add(piece, ky * weight_rows, piece.nky * weight_rows);
    }
    return pieces;
  }
  const int steps = (part.len + hw.array.rows - 1) / hw.array.rows;
  const int len = (steps + count - 1) / count * hw.array.rows;
  for (int b = 0; b < part.len; b += len) {
    piece.c0 = part.c0 + b;
    piece.len = std::min(len, part.len - b);
    add(piece, b, piece.len);
  }
  return pieces;
}

bool stored_together(const MatrixLayer& layer, std::size_t first, std::size_t end, const HwConfig& hw) {
  const auto& tiles = layer.packed->tiles;
  if (end - first < 2) return false;
  for (std::size_t t = first; t < end; ++t) {
    const KernelPart part = cut_kernel(layer, tiles[t], hw).front();
    if (part.load_rows != 1 || tiles[t].channels != tiles[first].channels ||
        part.bytes() != aligned_weights(part.bytes()))
      return false;
    if (t > first && tiles[t].weights != tiles[t - 1].weights + part.bytes()) return false;
  }
  return true;
}

bool computed_together(const MatrixLayer& layer, std::size_t first, std::size_t end, const HwConfig& hw) {
  // Dense tiles of a depthwise layer read bytes of their own.
  const bool same_input = layer.column_mode || layer.string_bytes != 0;
  return layer.dataflow == Dataflow::kWeight && same_input && stored_together(layer, first, end, hw) &&
         (!layer.column_mode || layer.packed->tiles[first].channels == hw.array.cols);
}

bool requantised_together(const MatrixLayer& layer, std::size_t first, std::size_t end, const HwConfig& hw) {
  const auto& tiles = layer.packed->tiles;
  const int words = (hw.array.cols + hw.requant_lanes - 1) / hw.requant_lanes;
  for (std::size_t t = first + 1; t < end; ++t) {
    if (tiles[t - 1].channels != hw.array.cols || tiles[t].table_word != tiles[t - 1].table_word + words) return false;
  }
  return end - first > 1;
}

}  // namespace systolite
