// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/vector_activity.h"

#include <algorithm>

#include "sim/core/ceil_div.h"
#include "sim/energy/word_count.h"
#include "sim/functional/local_memories.h"

namespace systolite::energy {
namespace {

using functional::RowView;

void count(Activity& activity, Event event, std::int64_t number) {
  activity[event] += static_cast<std::uint64_t>(number);
}

}  // namespace

std::int64_t VectorActivity::written_words(const Block& block, std::int64_t c0, std::int64_t bytes) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const RowView view{out_.base, out_.pitch, out_.interleave, hw_.bank_bytes()};
  const std::int64_t alike = out_.pitch % word == 0 ? block.nrows : 1;  // rows that are aligned like the first
  std::int64_t words = block.nrows * block.ncols;
  for (std::int64_t row = 0; row < block.nrows; row += alike) {
    const std::int64_t first = view.address(block.oy0 + row) + block.ox0 * out_.pix_bytes + c0;
    words += alike * straddles(first, out_.pix_bytes, block.ncols, bytes, word);
  }
  return words;
}

std::int64_t VectorActivity::window_words(const Block& block, std::int64_t c0, std::int64_t bytes) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const RowView view{in_.base, in_.pitch, in_.interleave, hw_.bank_bytes()};
  // Of the columns of the block and those of the window the more numerous are counted without a loop.
  const bool by_window = in_.kw > block.ncols;
  const std::int64_t run = by_window ? in_.kw : block.ncols;
  const std::int64_t run_step = (by_window ? 1 : in_.stride_x) * in_.pix_bytes;
  const std::int64_t loop = by_window ? block.ncols : in_.kw;
  const std::int64_t loop_step = (by_window ? in_.stride_x : 1) * in_.pix_bytes;
  std::int64_t words = block.nrows * block.ncols * in_.kh * in_.kw;
  for (std::int64_t oy = block.oy0; oy < block.oy0 + block.nrows; ++oy) {
    for (std::int64_t ky = 0; ky < in_.kh; ++ky) {
      const std::int64_t row = view.address(oy * in_.stride_y + in_.y_off + ky);
      const std::int64_t first = row + (block.ox0 * in_.stride_x + in_.x_off) * in_.pix_bytes + c0;
      for (std::int64_t i = 0; i < loop; ++i) words += straddles(first + i * loop_step, run_step, run, bytes, word);
    }
  }
  return words;
}

void VectorActivity::requantise(const isa::Requant& requant, Activity& activity) const {
  const Block block{requant.oy0, requant.ox0, requant.nrows, requant.ncols};
  const std::int64_t lanes = hw_.requant_lanes;
  std::int64_t groups = 0;
  std::int64_t words = 0;
  for (std::int64_t tile = 0; tile < requant.nch; tile += hw_.array.cols) {
    const std::int64_t channels = std::min<std::int64_t>(requant.nch - tile, hw_.array.cols);
    for (std::int64_t c = 0; c < channels; c += lanes) {
      words += written_words(block, requant.c0 + tile + c, std::min(lanes, channels - c));
      ++groups;
    }
  }
  const std::int64_t steps = groups * requant.nrows * requant.ncols;
  count(activity, Event::kTableRead, groups);
  count(activity, Event::kAccReadVector, steps);
  count(activity, Event::kLaneLoad, steps * lanes);
  count(activity, Event::kLaneMultiply, steps * lanes);
  count(activity, Event::kSpmWriteVector, words);
}

void VectorActivity::add(const isa::Add& add, Activity& activity) const {
  const std::int64_t word = hw_.spm_word_bytes();
  const std::int64_t lanes = hw_.requant_lanes;
  const std::int64_t groups = ceil_div(add.len, lanes);
  const std::int64_t rest = add.len - (groups - 1) * lanes;  // bytes of the last group
  const auto words = [&](std::int64_t first) {
    return groups + straddles(first, lanes, groups - 1, lanes, word) +
           straddles(first + (groups - 1) * lanes, 0, 1, rest, word);
  };
  constexpr std::int64_t kRescalings = 3;  // both operands and the sum
  count(activity, Event::kSpmReadVector, words(add.in1) + words(add.in2));
  count(activity, Event::kSpmWriteVector, words(add.out));
  count(activity, Event::kLaneLoad, kRescalings * groups * lanes);
  count(activity, Event::kLaneMultiply, kRescalings * groups * lanes);
}

void VectorActivity::pool(const isa::Pool& pool, Activity& activity) const {
  const Block block{pool.oy0, pool.ox0, pool.nrows, pool.ncols};
  const std::int64_t lanes = hw_.requant_lanes;
  const std::int64_t pixels = ceil_div(pool.nch, lanes) * pool.nrows * pool.ncols;
  for (std::int64_t c = 0; c < pool.nch; c += lanes) {
    const std::int64_t bytes = std::min(lanes, pool.nch - c);
    count(activity, Event::kSpmReadVector, window_words(block, pool.c0 + c, bytes));
    count(activity, Event::kSpmWriteVector, written_words(block, pool.c0 + c, bytes));
  }
  count(activity, Event::kLaneLoad, pixels * in_.kh * in_.kw * lanes);
  count(activity, Event::kLaneMultiply, pixels * lanes);
}

}  // namespace systolite::energy
