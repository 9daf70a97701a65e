// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/block_bytes.h"

#include <algorithm>
#include <cstdint>

namespace systolite {

std::vector<Range> bytes_read(const MatrixGeometry& g, const View& input, const Block& block, int ky0, int nky,
                              const HwConfig& hw) {
  const int y0 = std::max(0, block.oy0 * g.stride_y - g.pad_top + ky0 * g.dil_y);
  const int y1 =
      std::min(g.in_h, (block.oy0 + block.rows - 1) * g.stride_y - g.pad_top + (ky0 + nky - 1) * g.dil_y + 1);
  if (y0 >= y1) return {};
  if (g.in_h > 1) return input.rows(y0, y1, hw);
  const int x0 = std::max(0, block.ox0 * g.stride_x - g.pad_left);
  const int x1 =
      std::min(g.in_w, (block.ox0 + block.cols - 1) * g.stride_x - g.pad_left + (g.kernel_w - 1) * g.dil_x + 1);
  if (x0 >= x1) return {};
  return {{input.base + static_cast<std::uint32_t>(x0 * g.channels),
           input.base + static_cast<std::uint32_t>(x1 * g.channels)}};
}

std::vector<Range> bytes_written(const MatrixGeometry& g, const View& output, const Block& block, const HwConfig& hw) {
  if (g.out_h > 1) return output.rows(block.oy0, block.oy0 + block.rows, hw);
  return {{output.base + static_cast<std::uint32_t>(block.ox0 * g.filters),
           output.base + static_cast<std::uint32_t>((block.ox0 + block.cols) * g.filters)}};
}

}  // namespace systolite
