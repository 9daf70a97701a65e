// SPDX-License-Identifier: Apache-2.0
// The stream positions of a depthwise pass (hw/MICROARCHITECTURE.md, depthwise mode).
#pragma once

#include <cstdint>

#include "slt_isa.hpp"

namespace systolite::functional {

// Whether a column tile shares positions with the one before it and the one behind it.
struct SharedTile {
  bool before, behind;
};

// Tile `tile` of a command: those of one pass share.
[[nodiscard]] inline SharedTile shared_tile(const isa::Mm& mm, std::int64_t tile,
                                            const isa::MmCfgKernel& kernel) noexcept {
  const bool one_pass = mm.nky <= kernel.buses;
  return {one_pass && tile > 0, one_pass && tile < mm.tiles - 1};
}

// Rows of output follow each other every `period` positions; the last one has `tail` more, as many as rows share.
// Requires overlap < taps.
struct DepthwiseStream {
  std::int64_t rows;        // of the block
  std::int64_t last_start;  // position in a row in which its last partial sum starts
  std::int64_t period;      // of a row
  std::int64_t tail;

  DepthwiseStream(const isa::Mm& mm, const isa::MmCfgIn& in, const isa::MmCfgKernel& kernel) noexcept
      : rows(mm.nrows),
        last_start((mm.ncols - 1) * in.stride_x),
        period(last_start + kernel.taps - kernel.overlap),
        tail(kernel.overlap) {}

  [[nodiscard]] std::int64_t positions() const noexcept { return rows * period + tail; }
  // Of the positions from the begin of a column tile on, those that it shares with the tile before it or behind it:
  // the zero point, whatever the tensor has there.
  [[nodiscard]] bool shared(std::int64_t row, std::int64_t position, const SharedTile& tile) const noexcept {
    const std::int64_t at = row * period + position;
    return (tile.before && at < tail) || (tile.behind && at >= rows * period);
  }
  // Positions that belong to row `row` of the block.
  [[nodiscard]] std::int64_t positions_of(std::int64_t row) const noexcept {
    return row == rows - 1 ? period + tail : period;
  }
  struct Place {
    std::int64_t row, position;
  };
  // The row to which the position that is `position` behind the begin of row `row` belongs.
  [[nodiscard]] Place place(std::int64_t row, std::int64_t position) const noexcept {
    for (; position >= period && row < rows - 1; ++row) position -= period;
    return {row, position};
  }
};

}  // namespace systolite::functional
