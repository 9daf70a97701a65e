// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/bus_conflict.h"

#include <algorithm>
#include <array>

#include "sim/functional/column_tiles.h"
#include "sim/functional/depthwise_stream.h"
#include "sim/functional/local_memories.h"

namespace systolite::functional {
namespace {

constexpr std::size_t kBuses = 3;
// Row addresses by bus; nothing where a bus has no kernel row or the row is outside the tensor.
using RowAddresses = std::array<std::optional<std::int64_t>, kBuses>;

RowAddresses row_addresses(const DepthwiseBlock& block, std::int64_t pass, std::int64_t oy, const HwConfig& hw) {
  const RowView view{block.in.base, block.in.pitch, block.in.interleave, hw.bank_bytes()};
  RowAddresses rows;
  for (std::int64_t bus = 0; bus < block.kernel.buses && pass * block.kernel.buses + bus < block.mm.nky; ++bus) {
    const std::int64_t ky = block.mm.ky0 + pass * block.kernel.buses + bus;
    const std::int64_t iy = oy * block.in.stride_y - block.kernel.pad_top + ky * block.kernel.dil_y;
    if (iy >= 0 && iy < block.in.height) rows[static_cast<std::size_t>(bus)] = view.address(iy);
  }
  return rows;
}

// Whether two reads need the same sub-bank: even and odd words of a bank are one each.
bool meet(std::int64_t a, std::int64_t b, const HwConfig& hw) {
  const auto sub_bank = [&hw](std::int64_t address) {
    const std::int64_t wrapped = address % hw.scratchpad_bytes;
    return 2 * (wrapped / hw.bank_bytes()) + wrapped / hw.spm_word_bytes() % 2;
  };
  const std::int64_t last = std::max(hw.array.rows, hw.array.cols) - 1;
  for (const std::int64_t x : {a, a + last}) {
    if (sub_bank(x) == sub_bank(b) || sub_bank(x) == sub_bank(b + last)) return true;
  }
  return false;
}

std::optional<BusConflict> conflict_at(const RowAddresses& rows, std::int64_t byte, const HwConfig& hw) {
  for (std::size_t a = 0; a < kBuses; ++a) {
    for (std::size_t b = a + 1; b < kBuses; ++b) {
      if (!rows[a] || !rows[b] || !meet(*rows[a] + byte, *rows[b] + byte, hw)) continue;
      return BusConflict{static_cast<int>(a), static_cast<int>(b), *rows[a] + byte, *rows[b] + byte};
    }
  }
  return std::nullopt;
}

std::optional<BusConflict> find_in_tile(const DepthwiseBlock& block, const HwConfig& hw) {
  const std::int64_t first_x = block.mm.ox0 * block.in.stride_x - block.kernel.pad_left;
  const DepthwiseStream stream(block.mm, block.in, block.kernel);
  for (std::int64_t pass = 0; pass * block.kernel.buses < block.mm.nky; ++pass) {
    for (std::int64_t oy = block.mm.oy0; oy < block.mm.oy0 + block.mm.nrows; ++oy) {
      const RowAddresses rows = row_addresses(block, pass, oy, hw);
      const std::int64_t positions = stream.positions_of(oy - block.mm.oy0);
      for (std::int64_t x = first_x; x < first_x + positions; ++x) {
        const std::int64_t pixel = x * block.in.pix_bytes;
        if (pixel < 0 || pixel >= block.in.row_bytes) continue;
        if (const auto conflict = conflict_at(rows, pixel + block.mm.c0, hw)) return conflict;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<BusConflict> find_bus_conflict(const DepthwiseBlock& block, const HwConfig& hw) {
  for (std::int64_t tile = 0; tile < block.mm.tiles; ++tile) {
    const auto conflict = find_in_tile({tile_at(block.mm, tile, block.in, hw), block.in, block.kernel}, hw);
    if (conflict) return conflict;
  }
  return std::nullopt;
}

}  // namespace systolite::functional
