// SPDX-License-Identifier: Apache-2.0
// Vector commands of CommandDrawer.
#include <algorithm>
#include <numeric>

#include "sim/core/ceil_div.h"
#include "sim/functional/column_tiles.h"
#include "tests/lockstep/command_drawer.h"

namespace systolite::lockstep {
namespace {

constexpr int kAttempts = 8;           // at a command whose results lie apart from each other and from its operands
constexpr std::int64_t kAddSteps = 3;  // cycles of a group

std::int64_t bytes_of(const std::vector<functional::Extent>& extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& extent) { return sum + extent.end - extent.begin; });
}

}  // namespace

isa::VecCfgOut CommandDrawer::draw_output(std::int64_t row_bytes, std::int64_t rows, std::int64_t pix_bytes) {
  const Rows place = wrap_rows(place_rows(kResult, row_bytes, rows));
  isa::VecCfgOut out;
  out.base = place.base;
  out.pitch = place.pitch;
  out.interleave = place.interleave;
  out.pix_bytes = pix_bytes;
  out.zero_point = pick(-128, 127);
  const bool open = chance(60);
  const std::int64_t a = pick(-128, 127);
  const std::int64_t b = pick(-128, 127);
  out.act_min = open ? -128 : std::min(a, b);
  out.act_max = open ? 127 : std::max(a, b);
  out.single_rounding = pick(0, 1);
  out.per_tensor = pick(0, 1);
  return out;
}

isa::VecCfgIn CommandDrawer::draw_window() {
  isa::VecCfgIn in;
  in.pix_bytes = chance(85) ? pick(1, 20) : pick(1, 70);
  const Rows place = wrap_rows(place_rows(kOperand, in.pix_bytes * pick(1, 8), pick(1, 8)));
  in.base = place.base;
  in.pitch = place.pitch;
  in.interleave = place.interleave;
  in.y_off = pick(-3, 3);
  in.x_off = pick(-3, 3);
  in.kh = chance(90) ? pick(1, 4) : pick(1, 9);
  in.kw = chance(90) ? pick(1, 4) : pick(1, 9);
  in.stride_y = chance(90) ? pick(1, 3) : pick(1, 9);
  in.stride_x = chance(90) ? pick(1, 3) : pick(1, 9);
  return in;
}

isa::VecCfgScale CommandDrawer::draw_scale(std::int64_t slot) {
  isa::VecCfgScale scale{.slot = slot};
  scale.mult = chance(80) ? pick(1 << 30, 0x7FFFFFFF) : pick(0, 0x7FFFFFFF);
  scale.shift = slot == 3 ? (chance(80) ? pick(30, 36) : pick(0, 62)) : chance(80) ? pick(-14, 2) : pick(-31, 30);
  scale.zero_point = pick(-128, 127);
  return scale;
}

// No result byte is written twice, and none is read by the same command.
bool CommandDrawer::writes_apart(const isa::AnyCommand& command, const functional::EngineConfig& config,
                                 std::int64_t bytes) const {
  const functional::Footprint exact = functional::footprint(command, config, hw_, functional::Detail::kBytes);
  return bytes_of(exact.writes) == bytes && !functional::first_overlap(exact.reads, exact.writes);
}

bool CommandDrawer::try_requantise(std::int64_t steps, const ExtraWaits& extra) {
  const std::int64_t entries = hw_.acc_entries();
  const std::int64_t lanes = hw_.requant_lanes;
  isa::Requant requant;
  requant.ncols = chance(20) ? 1 : pick(1, std::min<std::int64_t>(entries, 12));
  requant.nrows = chance(20) ? 1 : pick(1, std::min<std::int64_t>(entries / requant.ncols, 6));
  const std::int64_t pixels = requant.nrows * requant.ncols;
  const std::int64_t half = chance(70) ? 1 - last_half_ : last_half_;
  requant.acc = half * entries + pick(0, entries - pixels);
  // Column tiles in front of the last one need all columns.
  const std::int64_t cols = hw_.array.cols;
  const auto defined = [&](std::int64_t tile) {
    const auto first = acc_columns_.begin() + requant.acc + tile * pixels;
    return *std::min_element(first, first + pixels);
  };
  const std::int64_t room = (half + 1) * entries - requant.acc;
  const std::int64_t wanted = chance(50) ? 1 : pick(1, std::min<std::int64_t>(room / pixels, chance(80) ? 4 : 40));
  std::int64_t whole = 0;
  while (whole + 1 < wanted && defined(whole) == cols) ++whole;
  const std::int64_t last = defined(whole);
  requant.nch = whole * cols + (chance(50) ? last : pick(1, last));
  if (functional::groups_of(requant, hw_) * pixels > std::max(steps, cols / lanes)) return false;
  const std::int64_t last_word = hw_.param_channels / lanes - whole * ceil_div(cols, lanes) - ceil_div(last, lanes);
  if (last_word < 0) return false;
  requant.bias_word = pick(0, last_word);
  requant.scale_word = pick(0, last_word);
  requant.oy0 = pick(0, 3);
  requant.ox0 = pick(0, 3);
  requant.c0 = chance(60) ? 0 : pick(0, 8);
  functional::EngineConfig config = writer_.config();
  const bool keep = chance(40);
  if (!keep) {
    const std::int64_t pix_bytes = requant.nch + (chance(50) ? 0 : pick(0, 8));
    const std::int64_t row_bytes = (requant.ox0 + requant.ncols) * pix_bytes + requant.c0;
    config.apply(draw_output(row_bytes, requant.oy0 + requant.nrows, pix_bytes));
  }
  if (!writes_apart(requant, config, pixels * requant.nch)) return false;
  if (!keep) writer_.add(config.vec_out);
  writer_.add(requant, extra);
  return true;
}

void CommandDrawer::requantise(std::int64_t steps, const ExtraWaits& extra) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (try_requantise(steps, extra)) return;
  }
  // One byte is always apart.
  writer_.add(isa::Requant{.acc = pick(0, 2 * hw_.acc_entries() - 1), .nch = 1}, extra);
}

void CommandDrawer::add_bytes(std::int64_t steps, const ExtraWaits& extra) {
  if (chance(40)) writer_.add(draw_scale(pick(0, 2)));
  if (chance(30)) writer_.add(draw_output(pick(1, 60), pick(1, 4), pick(1, 20)));
  const std::int64_t size = hw_.scratchpad_bytes;
  const std::int64_t groups = std::max<std::int64_t>(steps / kAddSteps - 1, 1);
  isa::Add add;
  add.len = pick(1, std::min({groups * hw_.requant_lanes, size / 8, std::int64_t{400}}));
  add.in1 = place_span(kOperand, add.len);
  add.in2 = chance(10) ? add.in1 : place_span(kSecondOperand, add.len);
  add.out = chance(20) ? add.in1 : chance(20) ? add.in2 : place_span(kResult, add.len);
  // A result may replace operand bytes of its own group or before, none that are still to be read.
  const auto spoils = [&](std::int64_t operand) {
    const std::int64_t ahead = (add.out - operand + size) % size;
    return ahead > 0 && ahead < add.len;
  };
  if (spoils(add.in1) || spoils(add.in2)) add.out = std::min(add.in1, add.in2);
  writer_.add(add, extra);
}

bool CommandDrawer::try_pool(std::int64_t steps, const ExtraWaits& extra) {
  functional::EngineConfig config = writer_.config();
  const bool keep_in = chance(40);
  if (!keep_in) config.apply(draw_window());
  const isa::VecCfgIn& in = config.vec_in;
  // The first window starts at a pixel that exists.
  const auto least = [](std::int64_t offset, std::int64_t stride) {
    return offset >= 0 ? 0 : ceil_div(-offset, stride);
  };
  isa::Pool pool;
  pool.oy0 = least(in.y_off, in.stride_y) + pick(0, 2);
  pool.ox0 = least(in.x_off, in.stride_x) + pick(0, 2);
  pool.nrows = chance(30) ? 1 : pick(1, 5);
  pool.ncols = chance(30) ? 1 : pick(1, 5);
  pool.nch = chance(70) ? pick(1, 2 * hw_.requant_lanes) : pick(1, 20);
  pool.c0 = chance(60) ? 0 : pick(0, 8);
  pool.average = pick(0, 1);
  pool.half = chance(80) ? in.kh * in.kw / 2 : pick(0, 0xFFFF);
  const std::int64_t pixels = pool.nrows * pool.ncols;
  if (ceil_div(pool.nch, hw_.requant_lanes) * pixels * in.kh * in.kw > steps) return false;
  const bool keep_out = chance(40);
  if (!keep_out) {
    const std::int64_t pix_bytes = pool.nch + (chance(50) ? 0 : pick(0, 8));
    config.apply(draw_output((pool.ox0 + pool.ncols) * pix_bytes + pool.c0, pool.oy0 + pool.nrows, pix_bytes));
  }
  if (!writes_apart(pool, config, pixels * pool.nch)) return false;
  if (chance(30)) writer_.add(draw_scale(3));
  if (!keep_in) writer_.add(config.vec_in);
  if (!keep_out) writer_.add(config.vec_out);
  writer_.add(pool, extra);
  return true;
}

void CommandDrawer::pool(std::int64_t steps, const ExtraWaits& extra) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (try_pool(steps, extra)) return;
  }
  add_bytes(steps, extra);
}

}  // namespace systolite::lockstep
