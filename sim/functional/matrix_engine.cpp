// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/matrix_engine.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>

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
  const std::int64_t per_string = (mm.len + rows - 1) / rows;
  const std::int64_t b = step % per_string * rows;
  const std::int64_t string = step / per_string;
  return {mm.ky0 + string / config.mm_kernel.nkx, string % config.mm_kernel.nkx, b, std::min(rows, mm.len - b)};
}

RowView input_view(const EngineConfig& config, const HwConfig& hw) {
  return {config.mm_in.base, config.mm_in.pitch, config.mm_in.interleave, hw.bank_bytes()};
}

}  // namespace

void load_weight_tile(const isa::Wl& wl, std::int64_t tile, const LocalMemories& memories, WeightTile& out) {
  const std::int64_t per_string = (wl.len + wl.tile_rows - 1) / wl.tile_rows;
  const std::int64_t first = tile % per_string * wl.tile_rows;
  out.rows = std::min(wl.tile_rows, wl.len - first);
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
  const std::int64_t steps = steps_of_tile(mm, config, hw_);
  const isa::Mm here = tile_at(mm, step / steps, config.mm_in, hw_);
  if (config.mm_in.depthwise == 0) {
    dense_step(here, step % steps, config, tile);
  } else {
    depthwise_pass(here, step % steps, config, tile);
  }
}

// `count` bytes of each output pixel of one block row, as floats; `offset` is the byte position of output column 0 in
// input row iy.
void MatrixEngine::gather_row(std::int64_t iy, const isa::Mm& mm, const EngineConfig& config, std::int64_t offset,
                              std::int64_t count, float* out) const {
  const isa::MmCfgIn& in = config.mm_in;
  const auto padding = static_cast<float>(in.zero_point);
  if (iy < 0 || iy >= in.height) {
    std::fill_n(out, mm.ncols * count, padding);
    return;
  }
  const std::int64_t row = input_view(config, hw_).address(iy);
  std::array<std::int8_t, kMaxRows> scratch{};
  for (std::int64_t ox = mm.ox0; ox < mm.ox0 + mm.ncols; ++ox, out += count) {
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

void MatrixEngine::dense_step(const isa::Mm& mm, std::int64_t step, const EngineConfig& config,
                              const WeightTile& tile) {
  const DenseStep at = dense_step_at(mm, step, config, hw_.array.rows);
  const isa::MmCfgIn& in = config.mm_in;
  const isa::MmCfgKernel& kernel = config.mm_kernel;
  const std::int64_t pixels = mm.nrows * mm.ncols;
  activations_.resize(static_cast<std::size_t>(pixels * at.k));
  weights_.assign(tile.weights.begin(), tile.weights.begin() + at.k * tile.nt);
  sums_.resize(static_cast<std::size_t>(pixels * tile.nt));

  const std::int64_t offset = (at.kx * kernel.dil_x - kernel.pad_left) * in.pix_bytes + mm.c0 + at.b;
  for (std::int64_t r = 0; r < mm.nrows; ++r) {
    const std::int64_t iy = (mm.oy0 + r) * in.stride_y - kernel.pad_top + at.ky * kernel.dil_y;
    gather_row(iy, mm, config, offset, at.k, activations_.data() + r * mm.ncols * at.k);
  }
  Eigen::Map<Matrix>(sums_.data(), pixels, tile.nt).noalias() =
      Eigen::Map<const Matrix>(activations_.data(), pixels, at.k) *
      Eigen::Map<const Matrix>(weights_.data(), at.k, tile.nt);

  const bool overwrite = step == 0 && mm.accumulate == 0;
  const float* sum = sums_.data();
  for (std::int64_t m = 0; m < pixels; ++m) {
    std::int32_t* entry = memories_.acc.data() + (mm.acc + m) * hw_.array.cols;
    for (std::int64_t c = 0; c < tile.nt; ++c, ++sum) {
      entry[c] = add_wrapping(overwrite ? 0 : entry[c], static_cast<std::int32_t>(*sum));
    }
  }
  macs_ += pixels * at.k * tile.nt;
}

void MatrixEngine::depthwise_pass(const isa::Mm& mm, std::int64_t pass, const EngineConfig& config,
                                  const WeightTile& tile) {
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
        const bool inside = iy >= 0 && iy < in.height && start >= 0 && start < in.row_bytes;
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
