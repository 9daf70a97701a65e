// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/matrix_activity.h"

#include <algorithm>

#include "sim/core/ceil_div.h"
#include "sim/energy/word_count.h"
#include "sim/functional/local_memories.h"

namespace systolite::energy {
namespace {

void add(Activity& activity, Event event, std::int64_t count) { activity[event] += static_cast<std::uint64_t>(count); }

// Positions first, first + step, .. (`count` of them, step > 0) in (above, below): index of the first, number.
struct Inside {
  std::int64_t first;
  std::int64_t count;
};
Inside inside(std::int64_t first, std::int64_t step, std::int64_t count, std::int64_t above, std::int64_t below) {
  const auto reach = [&](std::int64_t position) {  // index of the first position that is at least this one
    return position <= first ? 0 : std::min(count, ceil_div(position - first, step));
  };
  const std::int64_t from = reach(above + 1);
  return {from, std::max<std::int64_t>(reach(below) - from, 0)};
}

}  // namespace

std::int64_t MatrixSteps::row_pixels(std::int64_t count) const noexcept {
  const std::int64_t of_repetition = steps / chunks * len;
  const std::int64_t begun = count % steps;
  const std::int64_t rows_begun = begun / chunks * len + std::min(begun % chunks * rows, len);
  const std::int64_t repetition = count / steps;
  if (group == 0) return (repetition * of_repetition + rows_begun) * pixels;
  const std::int64_t before = std::min(repetition * group, pixels);
  return before * of_repetition + std::min(group, pixels - before) * rows_begun;
}

MatrixSteps MatrixActivity::steps(const isa::Mm& mm) const noexcept {
  const std::int64_t pixels = mm.nrows * mm.ncols;
  if (depthwise()) {
    const std::int64_t passes = ceil_div(mm.nky, kernel_.buses);
    return {.macs = Event::kMacDepthwise,
            .steps = passes,
            .repeats = mm.tiles,
            .chunks = passes,
            .len = mm.nky * kernel_.taps,
            .rows = kernel_.buses * kernel_.taps,
            .pixels = pixels};
  }
  const std::int64_t rows = hw_.array.rows;
  const std::int64_t chunks = ceil_div(mm.len, rows);
  const bool output = in_.dataflow != 0;
  return {.macs = output ? Event::kMacOutput : Event::kMacDense,
          .steps = mm.nky * kernel_.nkx * chunks,
          .repeats = output ? ceil_div(pixels, rows) : mm.tiles,
          .chunks = chunks,
          .len = mm.len,
          .rows = rows,
          .pixels = pixels,
          .group = output ? rows : 0};
}

void MatrixActivity::compute(const isa::Mm& mm, Activity& activity) {
  const MatrixSteps k = steps(mm);
  const std::int64_t pixels = mm.nrows * mm.ncols;
  if (k.macs == Event::kMacOutput) {
    // An entry is written once a command.
    add(activity, Event::kAccWrite, pixels);
    if (mm.accumulate != 0) add(activity, Event::kAccReadMatrix, pixels);
    add(activity, Event::kVectorOutput, pixels * k.steps);
  } else {
    add(activity, Event::kAccWrite, pixels * k.total());
    add(activity, Event::kAccReadMatrix, pixels * (k.total() - (mm.accumulate != 0 ? 0 : mm.tiles)));
    add(activity, Event::kWeightTile, k.total());
    if (!depthwise()) add(activity, Event::kVectorDense, pixels * k.total());
  }
  align_rows(mm);
  if (depthwise() && mm.tiles > 1 && mm.nky <= kernel_.buses && kernel_.overlap > 0) {
    read_shared_depthwise(mm, activity);
  } else if (depthwise()) {
    read_depthwise(mm, activity);
  } else {
    read_dense(mm, activity);
  }
}

// Byte position, in its row, of what output column 0 of the block and kernel column 0 read.
std::int64_t MatrixActivity::column_offset(const isa::Mm& mm) const noexcept {
  return (mm.ox0 * in_.stride_x - kernel_.pad_left) * in_.pix_bytes;
}

void MatrixActivity::align_rows(const isa::Mm& mm) {
  const std::int64_t word = hw_.spm_word_bytes();
  rows_.inner.assign(static_cast<std::size_t>(word), 0);
  rows_.last.assign(static_cast<std::size_t>(word), 0);
  const functional::RowView view{in_.base, in_.pitch, in_.interleave, hw_.bank_bytes()};
  for (std::int64_t ky = mm.ky0; ky < mm.ky0 + mm.nky; ++ky) {
    for (std::int64_t oy = mm.oy0; oy < mm.oy0 + mm.nrows; ++oy) {
      const std::int64_t iy = oy * in_.stride_y - kernel_.pad_top + ky * kernel_.dil_y;
      if (iy < 0 || iy >= in_.height) continue;
      auto& rows = oy == mm.oy0 + mm.nrows - 1 ? rows_.last : rows_.inner;
      ++rows[static_cast<std::size_t>(view.address(iy) & (word - 1))];
    }
  }
}

void MatrixActivity::read_dense(const isa::Mm& mm, Activity& activity) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const std::int64_t span = std::max(hw_.array.rows, hw_.array.cols);
  const std::int64_t step = in_.stride_x * in_.pix_bytes;
  std::int64_t words = 0;
  for (std::int64_t kx = 0; kx < kernel_.nkx; ++kx) {
    for (std::int64_t b = 0; b < mm.len; b += hw_.array.rows) {
      const std::int64_t lanes = std::min<std::int64_t>(hw_.array.rows, mm.len - b);
      const std::int64_t first = column_offset(mm) + kx * kernel_.dil_x * in_.pix_bytes + mm.c0 + b;
      // A pixel is read if one of its lanes lies in the row.
      const Inside pixels = inside(first, step, mm.ncols, -lanes, in_.row_bytes);
      if (pixels.count == 0) continue;
      for (std::int64_t offset = 0; offset < word; ++offset) {
        const std::int64_t rows =
            rows_.inner[static_cast<std::size_t>(offset)] + rows_.last[static_cast<std::size_t>(offset)];
        if (rows == 0) continue;
        words +=
            rows * (pixels.count + straddles(offset + first + pixels.first * step, step, pixels.count, span, word));
      }
    }
  }
  add(activity, Event::kSpmReadMatrix, words * mm.tiles);
}

void MatrixActivity::read_depthwise(const isa::Mm& mm, Activity& activity) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const std::int64_t span = std::max(hw_.array.rows, hw_.array.cols);
  const std::int64_t first = column_offset(mm);
  const std::int64_t last_positions = (mm.ncols - 1) * in_.stride_x + kernel_.taps;
  const std::int64_t inner_positions = last_positions - kernel_.overlap;
  // A position lies in the row or not, whatever its channel.
  const auto words_of = [&](const std::vector<std::int64_t>& rows, std::int64_t positions) {
    const Inside read = inside(first, in_.pix_bytes, positions, -1, in_.row_bytes);
    if (read.count == 0) return std::int64_t{0};
    std::int64_t words = 0;
    for (std::int64_t offset = 0; offset < word; ++offset) {
      const std::int64_t count = rows[static_cast<std::size_t>(offset)];
      if (count == 0) continue;
      for (std::int64_t tile = 0; tile < mm.tiles; ++tile) {
        const std::int64_t address = offset + mm.c0 + tile * hw_.array.cols + first + read.first * in_.pix_bytes;
        words += count * (read.count + straddles(address, in_.pix_bytes, read.count, span, word));
      }
    }
    return words;
  };
  add(activity, Event::kSpmReadMatrix, words_of(rows_.inner, inner_positions) + words_of(rows_.last, last_positions));
  // A bus carries a kernel row whether or not it lies in the tensor.
  add(activity, Event::kVectorDepthwise, mm.tiles * mm.nky * ((mm.nrows - 1) * inner_positions + last_positions));
}

// Column tiles share positions, which are not read (hw/MICROARCHITECTURE.md, "Overlap of rows").
void MatrixActivity::read_shared_depthwise(const isa::Mm& mm, Activity& activity) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const std::int64_t span = std::max(hw_.array.rows, hw_.array.cols);
  const functional::RowView view{in_.base, in_.pitch, in_.interleave, hw_.bank_bytes()};
  const std::int64_t row_positions = (mm.ncols - 1) * in_.stride_x + kernel_.taps - kernel_.overlap;
  std::int64_t words = 0;
  for (std::int64_t tile = 0; tile < mm.tiles; ++tile) {
    for (std::int64_t row = 0; row < mm.nrows; ++row) {
      const bool last = tile == mm.tiles - 1 && row == mm.nrows - 1;
      const std::int64_t end = row_positions + (last ? kernel_.overlap : 0);
      const std::int64_t begin =
          tile == 0 ? 0 : std::clamp<std::int64_t>(kernel_.overlap - row * row_positions, 0, end);
      const std::int64_t first = column_offset(mm) + begin * in_.pix_bytes;
      const Inside read = inside(first, in_.pix_bytes, end - begin, -1, in_.row_bytes);
      if (read.count == 0) continue;
      for (std::int64_t ky = mm.ky0; ky < mm.ky0 + mm.nky; ++ky) {
        const std::int64_t iy = (mm.oy0 + row) * in_.stride_y - kernel_.pad_top + ky * kernel_.dil_y;
        if (iy < 0 || iy >= in_.height) continue;
        const std::int64_t address =
            (view.address(iy) & (word - 1)) + mm.c0 + tile * hw_.array.cols + first + read.first * in_.pix_bytes;
        words += read.count + straddles(address, in_.pix_bytes, read.count, span, word);
      }
    }
  }
  add(activity, Event::kSpmReadMatrix, words);
  add(activity, Event::kVectorDepthwise, mm.nky * (mm.tiles * mm.nrows * row_positions + kernel_.overlap));
}

void WeightActivity::load(const isa::Wl& wl, Activity& activity) {
  const bool output = wl.dataflow != 0;
  const std::int64_t sequences = output ? wl.again + 1 : 1;
  const std::int64_t rows = sequences * wl.outer * wl.len;
  add(activity, output ? Event::kWeightRowOutput : Event::kWeightRow, rows);
  add(activity, Event::kWbufRead, 2 * rows);  // the same word of both halves
  tiles_.push_back({sequences * wl.outer * ceil_div(wl.len, wl.tile_rows), wl.nt});
}

void WeightActivity::count_macs(std::span<Activity> activity) const {
  std::size_t next = 0;
  std::int64_t taken = 0;  // of tiles_[next]
  for (const Use& use : uses_) {
    std::int64_t step = 0;
    while (step < use.steps.total() && next < tiles_.size()) {
      const std::int64_t run = std::min(use.steps.total() - step, tiles_[next].count - taken);
      const std::int64_t work = use.steps.row_pixels(step + run) - use.steps.row_pixels(step);
      add(activity[use.layer], use.steps.macs, work * tiles_[next].columns);
      step += run;
      taken += run;
      if (taken == tiles_[next].count) {
        ++next;
        taken = 0;
      }
    }
  }
}

}  // namespace systolite::energy
