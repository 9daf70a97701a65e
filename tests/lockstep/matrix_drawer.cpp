// SPDX-License-Identifier: Apache-2.0
// mm and wl commands of CommandDrawer.
#include <algorithm>
#include <utility>

#include "sim/core/ceil_div.h"
#include "sim/functional/bus_conflict.h"
#include "tests/lockstep/command_drawer.h"

namespace systolite::lockstep {
namespace {

constexpr std::int64_t kMaxBusTaps = 5;     // with more than one bus
constexpr std::int64_t kMinStepCycles = 4;  // a K step takes at least as long

}  // namespace

isa::MmCfgIn CommandDrawer::draw_input(bool depthwise) {
  isa::MmCfgIn in;
  in.depthwise = depthwise ? 1 : 0;
  in.pix_bytes = chance(85) ? pick(1, hw_.array.cols + 4) : pick(1, 60);
  in.row_bytes = in.pix_bytes * pick(1, 10);
  if (!depthwise && chance(15)) in.row_bytes = pick(1, 100);  // not a whole number of pixels
  in.height = pick(1, 10);
  const Rows rows = wrap_rows(place_rows(kInput, in.row_bytes, in.height, depthwise && chance(80) ? 2 : 0));
  in.base = rows.base;
  in.pitch = rows.pitch;
  in.interleave = rows.interleave;
  in.zero_point = pick(-128, 127);
  in.stride_y = chance(90) ? pick(1, 3) : pick(1, 15);
  in.stride_x = chance(90) ? pick(1, 3) : pick(1, 15);
  in.dataflow = depthwise ? 0 : draw_dataflow();
  return in;
}

std::int64_t CommandDrawer::draw_dataflow() {
  if (!hw_.array.output_stationary) return 0;
  return !hw_.array.weight_stationary || chance(50) ? 1 : 0;
}

isa::MmCfgKernel CommandDrawer::draw_kernel(bool depthwise) {
  isa::MmCfgKernel kernel;
  kernel.pad_top = chance(90) ? pick(0, 2) : pick(-20, 40);
  kernel.pad_left = chance(90) ? pick(0, 2) : pick(-20, 40);
  kernel.dil_y = chance(70) ? 1 : pick(1, 5);
  kernel.dil_x = chance(70) ? 1 : pick(1, 5);
  kernel.nkx = chance(60) ? 1 : pick(1, 3);
  kernel.buses = pick(1, 3);
  kernel.taps = pick(1, hw_.array.rows / kernel.buses);
  if (kernel.buses > 1) kernel.taps = std::min(kernel.taps, kMaxBusTaps);
  if (chance(60)) kernel.overlap = chance(30) ? kernel.taps - 1 : pick(0, kernel.taps - 1);
  if (!depthwise && chance(50)) {  // ignored
    kernel.taps = pick(1, 127);
    kernel.overlap = pick(0, 63);
  }
  return kernel;
}

void CommandDrawer::configure_matrix(bool depthwise) {
  std::vector<isa::AnyCommand> commands = {draw_input(depthwise), draw_kernel(depthwise)};
  if (chance(50)) std::swap(commands[0], commands[1]);
  for (const isa::AnyCommand& command : commands) writer_.add(command);
}

// Whether the registers allow an mm.
bool CommandDrawer::matrix_ready() const {
  const functional::EngineConfig& config = writer_.config();
  if (config.mm_in.depthwise == 0) return true;
  return config.mm_kernel.taps * config.mm_kernel.buses <= hw_.array.rows &&
         config.mm_kernel.overlap < config.mm_kernel.taps &&
         (config.mm_kernel.buses == 1 || config.mm_kernel.taps <= kMaxBusTaps);
}

CommandDrawer::Blocks CommandDrawer::draw_dense(std::int64_t steps) {
  const std::int64_t rows = hw_.array.rows;
  const isa::MmCfgKernel& kernel = writer_.config().mm_kernel;
  const bool output = writer_.config().mm_in.dataflow != 0;
  const std::int64_t least = output ? rows : kMinStepCycles;  // cycles of a K step
  Blocks blocks{};
  isa::Mm& mm = blocks.mm;
  isa::Wl& wl = blocks.wl;
  mm.nky = pick(1, 3);
  mm.len = chance(50) ? pick(1, rows) : pick(1, 3 * rows);
  mm.c0 = chance(60) ? 0 : pick(0, 20);
  wl.nt = chance(30) ? hw_.array.cols : pick(1, hw_.array.cols);
  const auto tiles = [&] { return mm.nky * kernel.nkx * ceil_div(mm.len, rows); };
  const auto too_much = [&] {
    return tiles() * least > steps || mm.nky * kernel.nkx * mm.len * wl.nt > hw_.weight_buffer_bytes;
  };
  while (too_much() && mm.nky > 1) --mm.nky;
  while (too_much() && mm.len > 1) mm.len = mm.len > rows ? rows : mm.len / 2;
  mm.ncols = pick(1, std::clamp<std::int64_t>(steps / tiles(), 1, hw_.acc_entries()));
  mm.nrows = pick(1, std::clamp<std::int64_t>(steps / tiles() / mm.ncols, 1, hw_.acc_entries() / mm.ncols));
  if (chance(15)) mm.nrows = mm.ncols = 1;
  wl.outer = mm.nky * kernel.nkx;
  wl.len = mm.len;
  wl.tile_rows = mm.len <= rows ? pick(mm.len, rows) : rows;
  blocks.cycles = tiles() * std::max(mm.nrows * mm.ncols, kMinStepCycles);
  if (output) {
    const std::int64_t groups = ceil_div(mm.nrows * mm.ncols, rows);
    wl.dataflow = 1;
    wl.again = groups - 1;
    blocks.cycles = tiles() * groups * rows;
    blocks.last_nt = wl.nt;
    return blocks;
  }
  if (hw_.array.output_stationary && chance(20)) {
    wl.again = pick(0, 4095);  // ignored
  }
  add_column_tiles(blocks, steps);
  return blocks;
}

CommandDrawer::Blocks CommandDrawer::draw_depthwise(std::int64_t steps) {
  const isa::MmCfgIn in = writer_.config().mm_in;
  const isa::MmCfgKernel kernel = writer_.config().mm_kernel;
  Blocks blocks{};
  isa::Mm& mm = blocks.mm;
  isa::Wl& wl = blocks.wl;
  mm.len = 0;
  mm.nky = pick(1, 5);
  mm.c0 = pick(0, in.pix_bytes - 1);
  const std::int64_t passes = ceil_div(mm.nky, kernel.buses);
  const std::int64_t positions = std::max(steps / passes, kMinStepCycles);
  mm.ncols = pick(1, std::clamp<std::int64_t>((positions - kernel.taps) / in.stride_x + 1, 1, hw_.acc_entries()));
  const std::int64_t row = (mm.ncols - 1) * in.stride_x + kernel.taps - kernel.overlap;
  mm.nrows = pick(1, std::clamp<std::int64_t>(positions / row, 1, hw_.acc_entries() / mm.ncols));
  if (chance(15)) mm.nrows = mm.ncols = 1;
  wl.outer = 1;
  wl.len = kernel.taps * mm.nky;
  wl.tile_rows = kernel.taps * kernel.buses;
  // Lanes behind the pixel's channels carry what follows in memory.
  wl.nt = pick(1, std::min<std::int64_t>(hw_.array.cols, in.pix_bytes - mm.c0));
  blocks.cycles = passes * std::max(mm.nrows * row + kernel.overlap, kMinStepCycles);
  add_column_tiles(blocks, steps);
  return blocks;
}

// More column tiles for the mm commands, the last one as wide as the others or not.
void CommandDrawer::add_column_tiles(Blocks& blocks, std::int64_t steps) {
  constexpr std::int64_t kMostTiles = 15;
  isa::Mm& mm = blocks.mm;
  isa::Wl& wl = blocks.wl;
  blocks.last_nt = wl.nt;
  const isa::MmCfgIn& in = writer_.config().mm_in;
  std::int64_t most = std::min({kMostTiles, hw_.acc_entries() / (mm.nrows * mm.ncols), 2 * steps / blocks.cycles,
                                hw_.weight_buffer_bytes / (wl.outer * wl.len * wl.nt)});
  if (in.depthwise != 0) most = std::min(most, ceil_div(in.pix_bytes - mm.c0, hw_.array.cols));
  if (most < 2 || chance(40)) return;
  mm.tiles = chance(50) ? most : pick(2, most);
  wl.outer *= mm.tiles;
  blocks.cycles *= mm.tiles;
  std::int64_t widest_last = wl.nt;
  if (in.depthwise != 0) widest_last = std::min(widest_last, in.pix_bytes - mm.c0 - (mm.tiles - 1) * hw_.array.cols);
  blocks.last_nt = widest_last < wl.nt || chance(30) ? pick(1, widest_last) : wl.nt;
}

// An accumulator block for an mm whose column tiles have `columns` columns, the last one `last_columns`.
void CommandDrawer::place_block(isa::Mm& mm, std::int64_t columns, std::int64_t last_columns) {
  const std::int64_t entries = hw_.acc_entries();
  const std::int64_t pixels = mm.tiles * mm.nrows * mm.ncols;
  const std::int64_t last_tile = pixels - mm.nrows * mm.ncols;
  const std::int64_t half = chance(70) ? 1 - last_half_ : last_half_;
  mm.acc = half * entries + (chance(50) ? 0 : pick(0, entries - pixels));
  // What was written in the cycle before cannot be added to.
  mm.accumulate = mm.acc != last_entry_ && chance(40) ? 1 : 0;
  for (std::int64_t m = 0; m < pixels; ++m) {
    std::int64_t& defined = acc_columns_[static_cast<std::size_t>(mm.acc + m)];
    const std::int64_t written = m < last_tile ? columns : last_columns;
    defined = mm.accumulate != 0 ? std::min(defined, written) : written;
  }
  last_half_ = half;
  const functional::EngineConfig& config = writer_.config();
  const bool depthwise = config.mm_in.depthwise != 0;
  const std::int64_t overlap = depthwise ? config.mm_kernel.overlap : 0;
  const std::int64_t row =
      depthwise ? (mm.ncols - 1) * config.mm_in.stride_x + config.mm_kernel.taps - overlap : mm.ncols;
  if (config.mm_in.dataflow != 0) {
    last_entry_ = pixels % hw_.array.rows == 0 ? mm.acc + pixels - 1 : -1;
    return;
  }
  last_entry_ = mm.nrows * row + overlap >= kMinStepCycles ? mm.acc + pixels - 1 : -1;
}

// The wl commands for `count` mm commands of one shape: one for all, one for each, or pieces of them.
std::vector<isa::Wl> CommandDrawer::draw_weight_strings(const Blocks& blocks, std::int64_t count) {
  const isa::Wl& wl = blocks.wl;
  if (wl.dataflow != 0) return draw_repeated_strings(wl, count);
  std::vector<isa::Wl> strings;
  const auto push = [&](std::int64_t outer, std::int64_t nt) {
    isa::Wl part = wl;
    part.outer = outer;
    part.nt = nt;
    part.addr = pick(0, hw_.weight_buffer_bytes - outer * wl.len * nt);
    strings.push_back(part);
  };
  const auto push_pieces = [&](std::int64_t left, std::int64_t nt) {
    while (left > 0) {
      const std::int64_t part = chance(70) ? left : pick(1, left);
      push(part, nt);
      left -= part;
    }
  };
  const std::int64_t total = wl.outer * count;
  const bool alike = blocks.last_nt == wl.nt;
  if (alike && total * wl.len * wl.nt <= hw_.weight_buffer_bytes && chance(25)) {
    push(total, wl.nt);
    return strings;
  }
  const std::int64_t last_tile = alike ? 0 : wl.outer / blocks.mm.tiles;
  for (std::int64_t block = 0; block < count; ++block) {
    push_pieces(wl.outer - last_tile, wl.nt);
    push_pieces(last_tile, blocks.last_nt);
  }
  return strings;
}

// The same for output-stationary commands, each of which takes all tiles once for every group of pixels: one wl for
// all, for each command or for each group, or pieces of those for a group.
std::vector<isa::Wl> CommandDrawer::draw_repeated_strings(const isa::Wl& wl, std::int64_t blocks) {
  std::vector<isa::Wl> strings;
  const auto push = [&](std::int64_t outer, std::int64_t times) {
    isa::Wl part = wl;
    part.outer = outer;
    part.again = times - 1;
    part.addr = pick(0, hw_.weight_buffer_bytes - outer * wl.len * wl.nt);
    strings.push_back(part);
  };
  const std::int64_t groups = wl.again + 1;
  if (chance(25)) {
    push(wl.outer, groups * blocks);
    return strings;
  }
  for (std::int64_t block = 0; block < blocks; ++block) {
    if (chance(60)) {
      push(wl.outer, groups);
      continue;
    }
    for (std::int64_t group = 0; group < groups; ++group) {
      for (std::int64_t left = wl.outer; left > 0;) {
        const std::int64_t part = chance(70) ? left : pick(1, left);
        push(part, 1);
        left -= part;
      }
    }
  }
  return strings;
}

// Depthwise buses may not read one sub-bank at the same time; a single bus meets no other.
void CommandDrawer::separate_buses(const std::vector<isa::Mm>& mms, isa::Wl& wl) {
  const functional::EngineConfig& config = writer_.config();
  if (config.mm_in.depthwise == 0) return;
  const bool meet = std::any_of(mms.begin(), mms.end(), [&](const isa::Mm& mm) {
    return functional::find_bus_conflict({mm, config.mm_in, config.mm_kernel}, hw_).has_value();
  });
  if (!meet) return;
  isa::MmCfgKernel kernel = config.mm_kernel;
  kernel.buses = 1;
  wl.tile_rows = kernel.taps;  // now every kernel row is a pass
  writer_.add(kernel);
}

void CommandDrawer::add_blocks(Blocks blocks, std::int64_t steps, const ExtraWaits& extra) {
  const std::int64_t most = std::clamp<std::int64_t>(steps / blocks.cycles, 1, 4);
  std::vector<isa::Mm> mms(static_cast<std::size_t>(pick(1, most)), blocks.mm);
  for (isa::Mm& mm : mms) {
    mm.oy0 = chance(90) ? pick(0, 4) : pick(0, 60);
    mm.ox0 = chance(90) ? pick(0, 4) : pick(0, 60);
    mm.ky0 = pick(0, 2);
    place_block(mm, blocks.wl.nt, blocks.last_nt);
  }
  separate_buses(mms, blocks.wl);
  const std::vector<isa::Wl> wls = draw_weight_strings(blocks, static_cast<std::int64_t>(mms.size()));
  std::size_t wl = 0;
  std::size_t mm = 0;
  const auto add_wl = [&] {
    writer_.add(wls[wl], wl == 0 ? extra : ExtraWaits{});
    ++wl;
  };
  const auto add_mm = [&] {
    writer_.add(mms[mm], mm == 0 ? extra : ExtraWaits{});
    ++mm;
  };
  writer_.begin_tiles();
  // All commands of one engine first, if its queue takes them; else in step.
  const auto ahead = static_cast<std::size_t>(hw_.queue_depth) + 1;
  const std::int64_t order = pick(0, 3);
  while (order == 0 && mms.size() <= ahead && mm < mms.size()) add_mm();
  while (order == 1 && wls.size() <= ahead && wl < wls.size()) add_wl();
  // An output-stationary wl takes the place of a command until its last tile is taken: one ahead at the most.
  const auto behind = [&] {
    if (blocks.wl.dataflow == 0) return wl * mms.size() <= mm * wls.size();
    std::int64_t offered = 0;
    for (std::size_t i = 0; i < wl; ++i) offered += functional::tiles_loaded(wls[i]);
    return offered <= static_cast<std::int64_t>(mm) * functional::tiles_taken(blocks.mm, writer_.config(), hw_);
  };
  while (wl < wls.size() || mm < mms.size()) {
    const bool weights = mm == mms.size() || (wl < wls.size() && behind());
    weights ? add_wl() : add_mm();
  }
  writer_.end_tiles();
}

void CommandDrawer::multiply(std::int64_t steps, const ExtraWaits& extra) {
  if (!matrix_ready() || chance(40)) configure_matrix(hw_.array.depthwise_unit && chance(45));
  const bool depthwise = writer_.config().mm_in.depthwise != 0;
  const std::int64_t each = chance(50) ? steps : std::max<std::int64_t>(steps / 3, 1);
  add_blocks(depthwise ? draw_depthwise(each) : draw_dense(each), steps, extra);
}

void CommandDrawer::multiply_in_mode(bool depthwise, std::int64_t steps, const ExtraWaits& extra) {
  depthwise = depthwise && hw_.array.depthwise_unit;
  configure_matrix(depthwise);
  add_blocks(depthwise ? draw_depthwise(steps) : draw_dense(steps), steps, extra);
}

void CommandDrawer::single_row_tiles(int count, const ExtraWaits& for_first_wl, const ExtraWaits& for_each_wl) {
  const isa::MmCfgIn input = draw_input(false);
  isa::MmCfgKernel kernel = draw_kernel(false);
  kernel.nkx = 1;
  writer_.add(input);
  writer_.add(kernel);
  isa::Mm mm{.nky = count, .len = 1};
  isa::Wl wl{.len = 1, .dataflow = input.dataflow};
  wl.nt = pick(1, hw_.array.cols);
  place_block(mm, wl.nt, wl.nt);
  writer_.begin_tiles();
  writer_.add(mm);
  for (int i = 0; i < count; ++i) {
    wl.addr = pick(0, hw_.weight_buffer_bytes - wl.nt);
    wl.tile_rows = pick(1, hw_.array.rows);
    ExtraWaits extra = for_each_wl;
    if (i == 0) extra.latest |= for_first_wl.latest;
    writer_.add(wl, extra);
  }
  writer_.end_tiles();
}

}  // namespace systolite::lockstep
