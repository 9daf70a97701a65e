// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/matrix_engine.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>

#include "sim/core/ceil_div.h"
#include "sim/functional/column_tiles.h"
#include "sim/functional/depthwise_stream.h"
#include "sim/functional/wrapping.h"

namespace systolite::functional {
namespace {

constexpr int kMaxRows = 64;
constexpr int kMaxColumns = 64;
// A dense step sums in float, which is several times faster than int32 without wide vector units. It is exact: every
// partial sum of kMaxRows int8 products is an integer below 2^24.
static_assert(kMaxRows * 128 * 128 <= 1 << 24);

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// One K step of dense mode: kernel row, kernel column, first byte of the string.
struct DenseStep {
  std::int64_t ky, kx, b, k;
};

DenseStep dense_step_at(const isa::Mm& mm, std::int64_t step, const EngineConfig& config, std::int64_t rows) {
  const std::int64_t per_string = ceil_div(mm.len, rows);
  const std::int64_t b = step % per_string * rows;
  const std::int64_t string = step / per_string;
  return {mm.ky0 + string / config.mm_kernel.nkx, string % config.mm_kernel.nkx, b, std::min(rows, mm.len - b)};
}

RowView input_view(const EngineConfig& config, const HwConfig& hw) {
  return {config.mm_in.base, config.mm_in.pitch, config.mm_in.interleave, hw.bank_bytes()};
}

}  // namespace

void load_weight_tile(const isa::Wl& wl, std::int64_t tile, const LocalMemories& memories, WeightTile& out) {
  const std::int64_t per_string = ceil_div(wl.len, wl.tile_rows);
  if (wl.dataflow != 0) tile %= per_string * wl.outer;
  const std::int64_t first = tile % per_string * wl.tile_rows;
  out.rows = std::min(wl.tile_rows, wl.len - first);
  out.dataflow = wl.dataflow;
  out.nt = wl.nt;
  const std::int64_t begin = wl.addr + (tile / per_string * wl.len + first) * wl.nt;
  out.weights.assign(memories.wbuf.begin() + begin, memories.wbuf.begin() + begin + out.rows * out.nt);
}

std::int64_t MatrixEngine::rows_needed(const isa::Mm& mm, std::int64_t step, const EngineConfig& config) const {
  step %= steps_of_tile(mm, config, hw_);
  if (config.mm_in.depthwise == 0) return dense_step_at(mm, step, config, hw_.array.rows).k;
  return config.mm_kernel.taps * std::min(config.mm_kernel.buses, mm.nky - step * config.mm_kernel.buses);
}

void MatrixEngine::step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config, const WeightTile& tile) {
  if (output_stationary(config)) {
    output_step(mm, step, config, tile);
    return;
  }
  const std::int64_t steps = steps_of_tile(mm, config, hw_);
  const isa::Mm here = tile_at(mm, step / steps, config.mm_in, hw_);
  if (config.mm_in.depthwise == 0) {
    dense_step(here, step % steps, config, tile);
  } else {
    depthwise_pass(here, step % steps, config, tile, shared_tile(mm, step / steps, config.mm_kernel));
  }
}

// `count` bytes of each of some neighbouring output pixels, as floats; `offset` is the byte position of output column 0
// in input row iy.
void MatrixEngine::gather_row(std::int64_t iy, std::int64_t ox0, std::int64_t columns, const EngineConfig& config,
                              std::int64_t offset, std::int64_t count, float* out) const {
  const isa::MmCfgIn& in = config.mm_in;
  const auto padding = static_cast<float>(in.zero_point);
  if (iy < 0 || iy >= in.height) {
    std::fill_n(out, columns * count, padding);
    return;
  }
  const std::int64_t row = input_view(config, hw_).address(iy);
  std::array<std::int8_t, kMaxRows> scratch{};
  for (std::int64_t ox = ox0; ox < ox0 + columns; ++ox, out += count) {
    const std::int64_t start = ox * in.stride_x * in.pix_bytes + offset;
    const std::int64_t first = std::clamp<std::int64_t>(-start, 0, count);
    const std::int64_t last = std::clamp<std::int64_t>(in.row_bytes - start, first, count);
    const std::int8_t* bytes =
        memories_.spm.read(row + start + first, static_cast<std::size_t>(last - first), scratch.data());
    std::fill_n(out, first, padding);
    for (std::int64_t j = first; j < last; ++j) out[j] = static_cast<float>(bytes[j - first]);
    std::fill_n(out + last, count - last, padding);
  }
}

// The first `pixels` x `k` activations times the first k rows of the tile.
void MatrixEngine::multiply(std::int64_t pixels, std::int64_t k, const WeightTile& tile) {
  weights_.assign(tile.weights.begin(), tile.weights.begin() + k * tile.nt);
  sums_.resize(static_cast<std::size_t>(pixels * tile.nt));
  Eigen::Map<Matrix>(sums_.data(), pixels, tile.nt).noalias() =
      Eigen::Map<const Matrix>(activations_.data(), pixels, k) * Eigen::Map<const Matrix>(weights_.data(), k, tile.nt);
  macs_ += pixels * k * tile.nt;
}

// The sums to accumulator entries `entry` and behind.
void MatrixEngine::add_sums(std::int64_t entry, std::int64_t pixels, bool overwrite, const WeightTile& tile) {
  const float* sum = sums_.data();
  for (std::int64_t m = 0; m < pixels; ++m) {
    std::int32_t* sums = memories_.acc.data() + (entry + m) * hw_.array.cols;
    for (std::int64_t c = 0; c < tile.nt; ++c, ++sum) {
      sums[c] = add_wrapping(overwrite ? 0 : sums[c], static_cast<std::int32_t>(*sum));
    }
  }
}

void MatrixEngine::dense_step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config,
                              const WeightTile& tile) {
  const DenseStep at = dense_step_at(mm, step, config, hw_.array.rows);
  const isa::MmCfgIn& in = config.mm_in;
  const isa::MmCfgKernel& kernel = config.mm_kernel;
  const std::int64_t pixels = mm.nrows * mm.ncols;
  activations_.resize(static_cast<std::size_t>(pixels * at.k));
  const std::int64_t offset = (at.kx * kernel.dil_x - kernel.pad_left) * in.pix_bytes + mm.c0 + at.b;
  for (std::int64_t r = 0; r < mm.nrows; ++r) {
    const std::int64_t iy = (mm.oy0 + r) * in.stride_y - kernel.pad_top + at.ky * kernel.dil_y;
    gather_row(iy, mm.ox0, mm.ncols, config, offset, at.k, activations_.data() + r * mm.ncols * at.k);
  }
  multiply(pixels, at.k, tile);
  add_sums(mm.acc, pixels, step == 0 && mm.accumulate == 0, tile);
}

void MatrixEngine::output_step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config,
                               const WeightTile& tile) {
  const std::int64_t steps = steps_of_tile(mm, config, hw_);
  const DenseStep at = dense_step_at(mm, step % steps, config, hw_.array.rows);
  const isa::MmCfgIn& in = config.mm_in;
  const isa::MmCfgKernel& kernel = config.mm_kernel;
  const std::int64_t first = step / steps * hw_.array.rows;
  const std::int64_t pixels = std::min<std::int64_t>(hw_.array.rows, mm.nrows * mm.ncols - first);
  activations_.resize(static_cast<std::size_t>(pixels * at.k));
  const std::int64_t offset = (at.kx * kernel.dil_x - kernel.pad_left) * in.pix_bytes + mm.c0 + at.b;
  for (std::int64_t m = 0; m < pixels;) {
    const std::int64_t row = (first + m) / mm.ncols;
    const std::int64_t column = (first + m) % mm.ncols;
    const std::int64_t count = std::min(pixels - m, mm.ncols - column);  // to the end of the block's row
    const std::int64_t iy = (mm.oy0 + row) * in.stride_y - kernel.pad_top + at.ky * kernel.dil_y;
    gather_row(iy, mm.ox0 + column, count, config, offset, at.k, activations_.data() + m * at.k);
    m += count;
  }
  multiply(pixels, at.k, tile);
  add_sums(mm.acc + first, pixels, step % steps == 0 && mm.accumulate == 0, tile);
}

void MatrixEngine::depthwise_pass(const isa::Mm& mm, std::int64_t pass, const EngineConfig& config,
                                  const WeightTile& tile, const SharedTile& shares) {
  const isa::MmCfgIn& in = config.mm_in;
  const isa::MmCfgKernel& kernel = config.mm_kernel;
  const std::int64_t buses = std::min(kernel.buses, mm.nky - pass * kernel.buses);
  const bool overwrite = pass == 0 && mm.accumulate == 0;
  const RowView view = input_view(config, hw_);
  const DepthwiseStream stream(mm, in, kernel);
  std::array<std::int8_t, kMaxColumns> scratch{};
  std::array<std::int8_t, kMaxColumns> padding{};
  padding.fill(static_cast<std::int8_t>(in.zero_point));
  for (std::int64_t m = 0; m < mm.nrows * mm.ncols; ++m) {
    const std::int64_t row = m / mm.ncols;
    const std::int64_t first_position = m % mm.ncols * in.stride_x;
    std::int32_t* entry = memories_.acc.data() + (mm.acc + m) * hw_.array.cols;
    if (overwrite) std::fill_n(entry, tile.nt, 0);
    for (std::int64_t j = 0; j < buses; ++j) {
      const std::int64_t ky = mm.ky0 + pass * kernel.buses + j;
      for (std::int64_t i = 0; i < kernel.taps; ++i) {
        const DepthwiseStream::Place at = stream.place(row, first_position + i);
        const std::int64_t iy = (mm.oy0 + at.row) * in.stride_y - kernel.pad_top + ky * kernel.dil_y;
        const std::int64_t start = (mm.ox0 * in.stride_x - kernel.pad_left + at.position) * in.pix_bytes;
        const bool inside = iy >= 0 && iy < in.height && start >= 0 && start < in.row_bytes &&
                            !stream.shared(row, first_position + i, shares);
        const std::int8_t* bytes = padding.data();
        if (inside) {
          bytes =
              memories_.spm.read(view.address(iy) + start + mm.c0, static_cast<std::size_t>(tile.nt), scratch.data());
        }
        const std::int8_t* weight = tile.weights.data() + (j * kernel.taps + i) * tile.nt;
        for (std::int64_t c = 0; c < tile.nt; ++c)
          entry[c] = add_wrapping(entry[c], std::int32_t{bytes[c]} * std::int32_t{weight[c]});
      }
    }
  }
  macs_ += mm.nrows * mm.ncols * buses * kernel.taps * tile.nt;
}

}  // namespace systolite::functional
