// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_compute/random_program.h"

#include <algorithm>

namespace systolite::rtl_compute {
namespace {

constexpr std::int64_t kMaxBusTaps = 5;  // limit of the command with more than one bus

}  // namespace

long ProgramGenerator::next_arrival(long& clock) {
  if (chance(gap_percent_)) clock += pick(1, gap_length_);
  return clock;
}

void ProgramGenerator::new_layer() {
  in_ = {};
  kernel_ = {};
  in_.base = pick(0, kSpmBytes - 1);
  in_.interleave = pick(0, 2);
  in_.pitch = pick(0, 3) == 0 ? pick(0, (1 << 20) - 1) : pick(0, 2000);
  in_.height = pick(1, 14);
  in_.zero_point = pick(-128, 127);
  in_.depthwise = kDepthwise && chance(45) ? 1 : 0;
  if (kOutputStationary && in_.depthwise == 0) in_.dataflow = !kWeightStationary || chance(60) ? 1 : 0;
  in_.stride_y = chance(90) ? pick(1, 3) : pick(1, 15);
  in_.stride_x = chance(90) ? pick(1, 3) : pick(1, 15);
  in_.pix_bytes = chance(85) ? pick(1, kCols + 8) : pick(1, 200);
  in_.row_bytes = in_.pix_bytes * pick(1, 16);
  kernel_.pad_top = chance(90) ? pick(0, 3) : pick(-40, 40);
  kernel_.pad_left = chance(90) ? pick(0, 3) : pick(-40, 40);
  kernel_.dil_y = chance(70) ? 1 : pick(1, 15);
  kernel_.dil_x = chance(70) ? 1 : pick(1, 15);
  kernel_.nkx = chance(60) ? 1 : pick(1, 4);
  kernel_.taps = pick(1, kRows);
  kernel_.buses = pick(1, 3);
  if (in_.depthwise != 0) {
    kernel_.taps = pick(1, kRows / kernel_.buses);
    if (kernel_.buses > 1) kernel_.taps = std::min<std::int64_t>(kernel_.taps, kMaxBusTaps);
    kernel_.overlap = chance(40) ? 0 : chance(30) ? kernel_.taps - 1 : pick(0, kernel_.taps - 1);
  } else if (chance(20)) {
    kernel_.overlap = pick(0, 63);  // ignored
    in_.row_bytes = pick(1, 400);   // not a whole number of pixels
  }
}

void ProgramGenerator::shape_dense(isa::Mm& mm, isa::Wl& wl) {
  mm.c0 = chance(50) ? 0 : pick(0, 60);
  mm.len = chance(50) ? pick(1, kRows) : pick(1, 3 * kRows);
  mm.ncols = pick(1, 12);
  wl.outer = mm.nky * kernel_.nkx;
  wl.len = mm.len;
  wl.tile_rows = mm.len <= kRows ? pick(mm.len, kRows) : kRows;
  wl.nt = pick(1, kCols);
  if (in_.dataflow != 0) return;
  ++coverage_.dense;
  if (mm.len % kRows != 0) ++coverage_.dense_ragged;
  if (kernel_.nkx > 1) ++coverage_.dense_kernel_columns;
  if (kOutputStationary && chance(30)) wl.again = pick(0, 4095);  // ignored
}

// All tiles for every group of pixels.
void ProgramGenerator::repeat(const isa::Mm& mm, isa::Wl& wl) {
  const std::int64_t pixels = mm.nrows * mm.ncols;
  wl.dataflow = 1;
  wl.again = (pixels - 1) / kRows;
  ++coverage_.output;
  if (pixels > kRows) ++coverage_.output_groups;
  if (pixels % kRows != 0) ++coverage_.output_short_group;
  if (mm.nrows > 1 && mm.ncols % kRows != 0) ++coverage_.output_across_rows;
  if (mm.len % kRows != 0) ++coverage_.output_ragged;
  if (wl.again > 0) ++coverage_.again;
}

void ProgramGenerator::shape_depthwise(isa::Mm& mm, isa::Wl& wl) {
  mm.c0 = pick(0, in_.pix_bytes - 1);
  mm.ncols = pick(1, std::max<std::int64_t>(1, 24 / in_.stride_x));
  wl.outer = 1;
  wl.len = kernel_.taps * mm.nky;
  wl.tile_rows = kernel_.taps * kernel_.buses;
  wl.nt = pick(1, std::min<std::int64_t>(kCols, in_.pix_bytes - mm.c0));
  ++coverage_.depthwise_buses[static_cast<std::size_t>(kernel_.buses - 1)];
  if (in_.stride_x > 1) ++coverage_.depthwise_stride;
  if (kernel_.overlap > 0) ++coverage_.depthwise_overlap;
  if (mm.nky % kernel_.buses != 0) ++coverage_.depthwise_partial_pass;
}

// More column tiles, as far as the accumulator half reaches.
void ProgramGenerator::add_tiles(isa::Mm& mm, isa::Wl& wl) {
  const std::int64_t most = std::min<std::int64_t>(15, kAccEntries / (mm.nrows * mm.ncols));
  mm.tiles = pick(1, chance(20) ? most : std::min<std::int64_t>(most, 4));
  wl.outer *= mm.tiles;
}

void ProgramGenerator::add_block(ComputeProgram& program, const DataModel& model, int half) {
  isa::Mm mm;
  isa::Wl wl;
  mm.ky0 = pick(0, 3);
  mm.nky = pick(1, 5);
  mm.oy0 = chance(85) ? pick(0, 6) : pick(0, 100);
  mm.ox0 = chance(85) ? pick(0, 6) : pick(0, 100);
  in_.depthwise != 0 ? shape_depthwise(mm, wl) : shape_dense(mm, wl);
  mm.ncols = std::min<std::int64_t>(mm.ncols, kAccEntries);
  mm.nrows = pick(1, std::min<std::int64_t>(6, kAccEntries / mm.ncols));
  if (chance(15)) mm.nrows = mm.ncols = 1;
  if (in_.dataflow != 0) {
    repeat(mm, wl);
  } else if (chance(40)) {
    add_tiles(mm, wl);
  }
  const std::int64_t pixels = mm.tiles * mm.nrows * mm.ncols;
  const std::int64_t place = chance(50) ? 0 : pick(0, kAccEntries - pixels);
  mm.acc = half * kAccEntries + place;
  if (mm.nrows * mm.ncols == 1) ++coverage_.single_pixel;

  // Adding makes sense to what is defined, by this program or before it, and not to the entry of the cycle before.
  const auto block_written = [&] {
    for (std::int64_t e = place; e < place + pixels; ++e) {
      for (std::int64_t c = 0; c < wl.nt; ++c) {
        if (!written_[static_cast<std::size_t>(e * kCols + c)]) return false;
      }
    }
    return true;
  };
  const bool defined = block_written() ||
                       model.block_defined(static_cast<int>(mm.acc), static_cast<int>(pixels), static_cast<int>(wl.nt));
  if (defined && mm.acc != last_entry_ && chance(70)) mm.accumulate = 1;
  if (mm.accumulate != 0) ++coverage_.accumulate;
  for (std::int64_t e = place; e < place + pixels; ++e) {
    for (std::int64_t c = 0; c < kCols; ++c) {
      const auto at = static_cast<std::size_t>(e * kCols + c);
      if (mm.accumulate == 0) written_[at] = c < wl.nt;
      if (c >= wl.nt) written_[at] = false;
    }
  }
  const std::int64_t overlap = in_.depthwise != 0 ? kernel_.overlap : 0;
  const std::int64_t row = in_.depthwise != 0 ? (mm.ncols - 1) * in_.stride_x + kernel_.taps - overlap : mm.ncols;
  last_entry_ = mm.nrows * row + overlap >= 4 ? mm.acc + pixels - 1 : -1;
  if (in_.dataflow != 0) last_entry_ = pixels % kRows == 0 ? mm.acc + pixels - 1 : -1;
  if (mm.tiles > 1) ++coverage_.column_tiles;
  if (mm.tiles > 1 && mm.accumulate != 0) ++coverage_.column_tiles_accumulate;
  if (mm.tiles > 1 && overlap > 0 && mm.nky <= kernel_.buses) ++coverage_.depthwise_shared_tiles;

  if (in_.interleave != 0) ++coverage_.interleave;
  if (kernel_.pad_left > 0 || kernel_.pad_top > 0) ++coverage_.padding;
  program.mm.push_back({isa::encode(mm), next_arrival(mm_clock_)});
  wl.addr = pick(0, kWbufBytes - 1);
  add_weights(program, wl);
}

void ProgramGenerator::add_weights(ComputeProgram& program, isa::Wl wl) {
  const auto push = [&](const isa::Wl& part) { program.wl.push_back({isa::encode(part), next_arrival(wl_clock_)}); };
  if (wl.dataflow != 0 && wl.again > 0) {
    // The repetitions may be split, the sequence not.
    if (!chance(40)) return push(wl);
    isa::Wl head = wl;
    head.again = pick(0, wl.again - 1);
    push(head);
    wl.again -= head.again + 1;
    ++coverage_.split_weights;
    return push(wl);
  }
  if (wl.outer > 1 && chance(40)) {
    isa::Wl head = wl;
    head.outer = pick(1, wl.outer - 1);
    push(head);
    wl.addr = (wl.addr + head.outer * wl.len * wl.nt) % kWbufBytes;
    wl.outer -= head.outer;
    ++coverage_.split_weights;
  }
  push(wl);
}

ComputeProgram ProgramGenerator::generate(const DataModel& model, int half) {
  ComputeProgram program;
  written_.assign(kAccEntries * kCols, false);
  gap_percent_ = chance(40) ? 0 : static_cast<int>(pick(0, 60));
  gap_length_ = chance(50) ? 5 : 150;
  if (gap_percent_ == 0) ++coverage_.back_to_back;
  mm_clock_ = pick(0, 5);
  wl_clock_ = pick(0, chance(50) ? 5 : 100);
  last_entry_ = -1;

  const std::int64_t layers = pick(1, 4);
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    // A layer that only changes what needs no drain is as important as one that changes the mode.
    const isa::MmCfgIn in_before = in_;
    const isa::MmCfgKernel kernel_before = kernel_;
    new_layer();
    if (layer > 0 && chance(40)) {
      in_.depthwise = in_before.depthwise;
      in_.dataflow = in_before.dataflow;
      kernel_.taps = kernel_before.taps;
      kernel_.buses = kernel_before.buses;
      kernel_.overlap = std::min(kernel_.overlap, kernel_.taps - 1);
    }
    std::vector<isa::Command> configuration = {isa::encode(in_), isa::encode(kernel_)};
    if (chance(50)) std::swap(configuration[0], configuration[1]);
    if (chance(10)) configuration.push_back(configuration[0]);
    for (const isa::Command& command : configuration) program.mm.push_back({command, next_arrival(mm_clock_)});
    const std::int64_t blocks = pick(1, 4);
    for (std::int64_t block = 0; block < blocks; ++block) add_block(program, model, half);
  }
  return program;
}

}  // namespace systolite::rtl_compute
