// SPDX-License-Identifier: Apache-2.0
// mm and requant commands of several column tiles, as the commands of one tile each that they stand for
// (hw/MICROARCHITECTURE.md, "Column tiles").
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/ceil_div.h"
#include "sim/functional/command_program.h"

namespace systolite::functional {

[[nodiscard]] inline std::int64_t tiles_of(const isa::Requant& requant, const HwConfig& hw) noexcept {
  return ceil_div(requant.nch, hw.array.cols);
}

// Channel groups that the lanes take one after the other; none reaches across two tiles.
[[nodiscard]] inline std::int64_t groups_of(const isa::Requant& requant, const HwConfig& hw) noexcept {
  return requant.nch / hw.array.cols * ceil_div(hw.array.cols, hw.requant_lanes) +
         ceil_div(requant.nch % hw.array.cols, hw.requant_lanes);
}

[[nodiscard]] inline isa::Mm tile_at(isa::Mm mm, std::int64_t tile, const isa::MmCfgIn& in,
                                     const HwConfig& hw) noexcept {
  mm.tiles = 1;
  mm.acc += tile * mm.nrows * mm.ncols;
  if (in.depthwise != 0) mm.c0 += tile * hw.array.cols;
  return mm;
}

[[nodiscard]] inline isa::Requant tile_at(isa::Requant requant, std::int64_t tile, const isa::VecCfgOut& out,
                                          const HwConfig& hw) noexcept {
  const std::int64_t words = tile * ceil_div(hw.array.cols, hw.requant_lanes);
  const std::int64_t channels = tile * hw.array.cols;
  requant.acc += tile * requant.nrows * requant.ncols;
  requant.c0 += channels;
  requant.nch = std::min<std::int64_t>(requant.nch - channels, hw.array.cols);
  requant.bias_word += words;
  if (out.per_tensor == 0) requant.scale_word += words;
  return requant;
}

}  // namespace systolite::functional
