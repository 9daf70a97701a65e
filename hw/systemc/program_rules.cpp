// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/program_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/core/error.h"
#include "sim/functional/column_tiles.h"

namespace systolite::sc {
namespace {

constexpr std::int64_t kMaxBusTaps = 5;  // depth of the delay behind the depthwise buses' reads

template <typename... Values>
void require(bool holds, std::uint32_t index, fmt::format_string<const Values&...> what, const Values&... values) {
  if (holds) return;
  throw Error(ExitCode::kDevice, fmt::format("Command {} of the stream: {}.", index, fmt::format(what, values...)));
}

void require_block(std::int64_t acc, std::int64_t pixels, std::uint32_t index, const HwConfig& hw) {
  const std::int64_t half = hw.acc_entries();
  require(acc / half < 2 && acc / half == (acc + pixels - 1) / half, index,
          "accumulator entries {} to {} do not lie in one half of {} entries", acc, acc + pixels - 1, half);
}

}  // namespace

void require_rules(const isa::Wl& wl, std::uint32_t index, const HwConfig& hw) {
  require(wl.tile_rows <= hw.array.rows, index, "tile_rows is {}, the array has {} rows", wl.tile_rows, hw.array.rows);
  require(wl.nt <= hw.array.cols, index, "nt is {}, the array has {} columns", wl.nt, hw.array.cols);
  const std::int64_t end = wl.addr + wl.outer * wl.len * wl.nt;
  require(end <= hw.weight_buffer_bytes, index, "it reads the weight buffer up to byte {}, there are {}", end,
          hw.weight_buffer_bytes);
}

void require_rules(const isa::Mm& mm, std::uint32_t index, const isa::MmCfgIn& in, const isa::MmCfgKernel& kernel,
                   const HwConfig& hw) {
  require_block(mm.acc, mm.tiles * mm.nrows * mm.ncols, index, hw);
  if (in.depthwise == 0) {
    require(mm.len > 0, index, "len is 0 in dense mode");
    require(in.dataflow == 0 || mm.tiles == 1, index, "tiles is {} in an output-stationary block, must be 1", mm.tiles);
    return;
  }
  require(in.dataflow == 0, index, "dataflow is 1 in depthwise mode");
  require(hw.array.depthwise_unit, index, "depthwise is 1, the array has no depthwise unit");
  require(kernel.buses == 1 || kernel.taps <= kMaxBusTaps, index,
          "taps is {} with more than one bus, at most {} are possible", kernel.taps, kMaxBusTaps);
  require(kernel.overlap < kernel.taps, index, "overlap is {} with {} taps, must be less", kernel.overlap, kernel.taps);
  require(kernel.taps * kernel.buses <= hw.array.rows, index, "{} taps on {} buses do not fit {} array rows",
          kernel.taps, kernel.buses, hw.array.rows);
}

void require_rules(const isa::Requant& requant, std::uint32_t index, const isa::VecCfgOut& out, const HwConfig& hw) {
  const std::int64_t tiles = functional::tiles_of(requant, hw);
  require_block(requant.acc, tiles * requant.nrows * requant.ncols, index, hw);
  const isa::Requant last = functional::tile_at(requant, tiles - 1, out, hw);
  const std::int64_t bias_end = last.bias_word * hw.requant_lanes + last.nch;
  const std::int64_t scale_end = last.scale_word * hw.requant_lanes + (out.per_tensor != 0 ? 1 : last.nch);
  const std::int64_t end = std::max(bias_end, scale_end);
  require(end <= hw.param_channels, index, "it reads table slot {}, there are {}", end - 1, hw.param_channels);
}

void require_rules(const isa::VecCfgScale& scale, std::uint32_t index) {
  const bool reciprocal = scale.slot == 3;
  const std::int64_t low = reciprocal ? 0 : -31;
  const std::int64_t high = reciprocal ? 62 : 30;
  require(scale.shift >= low && scale.shift <= high, index, "shift is {}, must be {} to {}", scale.shift, low, high);
}

void require_tile(const functional::WeightTile& tile, const isa::MmCfgIn& in, std::int64_t rows, std::uint32_t index) {
  require(tile.dataflow == in.dataflow, index, "it takes a weight tile of dataflow {} where dataflow is {}",
          tile.dataflow, in.dataflow);
  require(tile.rows >= rows, index, "it takes a weight tile of {} rows where it needs {}", tile.rows, rows);
}

}  // namespace systolite::sc
