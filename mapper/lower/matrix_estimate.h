// SPDX-License-Identifier: Apache-2.0
// Cycles of the matrix engine for one mm command, weights at hand (hw/TIMING.md section 8).
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/ceil_div.h"

namespace systolite {

inline constexpr std::int64_t kMinStepCycles = 4;

// `strings` of `string_bytes` bytes for each pixel. A tile's rows enter one a cycle, so a K step is not shorter than
// its tile.
[[nodiscard]] constexpr std::int64_t dense_cycles(std::int64_t strings, std::int64_t string_bytes, std::int64_t pixels,
                                                  std::int64_t array_rows) noexcept {
  return strings * ceil_div(string_bytes, array_rows) *
         std::max({pixels, kMinStepCycles, std::min(string_bytes, array_rows)});
}

// Output stationary: groups of as many pixels as the array has rows, each with a K step for every tile.
[[nodiscard]] constexpr std::int64_t output_cycles(std::int64_t strings, std::int64_t string_bytes, std::int64_t pixels,
                                                   std::int64_t array_rows) noexcept {
  return strings * ceil_div(string_bytes, array_rows) * ceil_div(pixels, array_rows) * array_rows;
}

// Column mode: `passes` over `rows` x `cols` output pixels for each of `tiles` column tiles; rows share `overlap`
// positions, tiles of one pass too.
[[nodiscard]] constexpr std::int64_t depthwise_cycles(std::int64_t tiles, std::int64_t passes, std::int64_t rows,
                                                      std::int64_t cols, std::int64_t stride_x, std::int64_t taps,
                                                      std::int64_t overlap) noexcept {
  const std::int64_t alone = rows * ((cols - 1) * stride_x + taps - overlap);
  const std::int64_t last = std::max(kMinStepCycles, alone + overlap);
  return passes > 1 ? tiles * passes * last : (tiles - 1) * std::max(kMinStepCycles, alone) + last;
}

}  // namespace systolite
