// SPDX-License-Identifier: Apache-2.0
// The reduction of a column tile, cut so that the weights of a part fit in half the weight buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/lower/matrix_layer.h"
#include "sim/core/hw_config.h"

namespace systolite {

inline constexpr std::uint32_t kWeightAlignBytes = 16;
inline constexpr int kMaxMmTiles = 15;  // column tiles of an mm command (configs/isa.yaml)

// A part of the reduction of a column tile whose weights are loaded and used together.
struct KernelPart {
  int ky0, nky;
  int c0, len;                  // dense: bytes of the string; column mode: unused
  int tap0, taps;               // column mode
  std::uint32_t weight_offset;  // bytes from the start of the tile's weights
  int load_rows;                // 2-D load: rows of load_bytes, load_stride apart
  std::uint32_t load_bytes, load_stride;
  [[nodiscard]] std::uint32_t bytes() const { return static_cast<std::uint32_t>(load_rows) * load_bytes; }
};

// Bytes of the weight buffer that `bytes` of weights take up.
[[nodiscard]] constexpr std::uint32_t aligned_weights(std::uint32_t bytes) noexcept {
  return (bytes + kWeightAlignBytes - 1) / kWeightAlignBytes * kWeightAlignBytes;
}

// Weights of one part at the most.
[[nodiscard]] inline std::uint32_t weight_budget(const HwConfig& hw) noexcept {
  return static_cast<std::uint32_t>(hw.weight_buffer_bytes) / 2;
}

[[nodiscard]] std::vector<KernelPart> cut_kernel(const MatrixLayer& layer, const ColumnTile& tile, const HwConfig& hw);

// A dense part cut into at most `count` pieces: of whole kernel rows if it has several, else of whole weight tiles of
// its string.
[[nodiscard]] std::vector<KernelPart> cut_reduction(const MatrixLayer& layer, const KernelPart& part, int nt, int count,
                                                    const HwConfig& hw);

// The weights of column tiles first..end-1 are one string of bytes in memory, so that one command loads, another
// streams them. Requires that each is one part.
[[nodiscard]] bool stored_together(const MatrixLayer& layer, std::size_t first, std::size_t end, const HwConfig& hw);

// One mm command can compute column tiles first..end-1, but for the number that it holds.
[[nodiscard]] bool computed_together(const MatrixLayer& layer, std::size_t first, std::size_t end, const HwConfig& hw);

// One requant command can take column tiles first..end-1 from the accumulator: all but the last are as wide as the
// array, and the tables of each are behind those of the one before.
[[nodiscard]] bool requantised_together(const MatrixLayer& layer, std::size_t first, std::size_t end,
                                        const HwConfig& hw);

}  // namespace systolite
