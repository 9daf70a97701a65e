// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_compute/data_model.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace systolite::rtl_compute {

DataModel::DataModel(std::vector<std::uint8_t> spm, std::vector<std::uint8_t> wbuf)
    : spm_(std::move(spm)), wbuf_(std::move(wbuf)), acc_(2 * kAccEntries * kCols, 0), defined_(acc_.size(), false) {}

void DataModel::forget_half(int half) {
  const auto begin = defined_.begin() + half * kAccEntries * kCols;
  std::fill(begin, begin + kAccEntries * kCols, false);
}

bool DataModel::block_defined(int entry, int pixels, int columns) const {
  for (int e = entry; e < entry + pixels; ++e) {
    for (int c = 0; c < columns; ++c) {
      if (!defined(e, c)) return false;
    }
  }
  return true;
}

void DataModel::run(const ComputeProgram& program) {
  tiles_.clear();
  tile_ = 0;
  for (const TimedCommand& item : program.wl) load_tiles(isa::decode_wl(item.command));
  for (const TimedCommand& item : program.mm) {
    const isa::AnyCommand any = isa::decode(item.command);
    if (const auto* in = std::get_if<isa::MmCfgIn>(&any)) in_ = *in;
    if (const auto* kernel = std::get_if<isa::MmCfgKernel>(&any)) kernel_ = *kernel;
    if (const auto* command = std::get_if<isa::Mm>(&any)) {
      isa::Mm mm = *command;
      for (std::int64_t tile = 0; tile < command->tiles; ++tile) {
        if (in_.dataflow != 0) {
          output(mm);
        } else if (in_.depthwise != 0) {
          depthwise(mm, tile == 0, tile + 1 == command->tiles);
        } else {
          dense(mm);
        }
        mm.acc += mm.nrows * mm.ncols;
        if (in_.depthwise != 0) mm.c0 += kCols;
      }
    }
  }
  if (tile_ != tiles_.size()) throw std::logic_error("the program loads more weight tiles than it uses");
}

void DataModel::load_tiles(const isa::Wl& wl) {
  for (std::int64_t time = 0; time <= (wl.dataflow != 0 ? wl.again : 0); ++time) {
    std::int64_t row = 0;
    for (std::int64_t o = 0; o < wl.outer; ++o) {
      for (std::int64_t b = 0; b < wl.len; b += wl.tile_rows) {
        const std::int64_t rows = std::min(wl.tile_rows, wl.len - b);
        tiles_.push_back({wl.addr + row * wl.nt, static_cast<int>(rows), static_cast<int>(wl.nt)});
        row += rows;
      }
    }
  }
}

int DataModel::weight(const Tile& tile, int row, int column) const {
  if (row >= tile.rows) throw std::logic_error("the program uses a weight row that its tile does not have");
  return static_cast<std::int8_t>(wbuf(tile.address + std::int64_t{row} * tile.columns + column));
}

std::int64_t DataModel::row_address(std::int64_t y) const {
  const std::int64_t n = std::int64_t{1} << in_.interleave;
  return in_.base + (y % n) * kBankBytes + (y / n) * in_.pitch;
}

void DataModel::put(const isa::Mm& mm, std::int64_t m, int column, std::uint32_t sum, const Tile& tile, bool first) {
  const std::size_t at = index(static_cast<int>(mm.acc + m), column);
  if (first && mm.accumulate == 0) {
    acc_[at] = sum;
    defined_[at] = column < tile.columns;
  } else {
    acc_[at] += sum;
    if (column >= tile.columns) defined_[at] = false;
  }
}

// `k` bytes from byte b of a kernel-row string of an output pixel.
std::vector<int> DataModel::pixel(const isa::Mm& mm, std::int64_t oy, std::int64_t ox, std::int64_t ky, std::int64_t kx,
                                  std::int64_t b, std::int64_t k) const {
  const std::int64_t iy = oy * in_.stride_y - kernel_.pad_top + ky * kernel_.dil_y;
  const std::int64_t start = (ox * in_.stride_x - kernel_.pad_left + kx * kernel_.dil_x) * in_.pix_bytes + mm.c0 + b;
  std::vector<int> x(static_cast<std::size_t>(k));
  for (std::int64_t j = 0; j < k; ++j) {
    const bool inside = iy >= 0 && iy < in_.height && start + j >= 0 && start + j < in_.row_bytes;
    x[static_cast<std::size_t>(j)] =
        inside ? static_cast<std::int8_t>(spm(row_address(iy) + start + j)) : static_cast<int>(in_.zero_point);
  }
  return x;
}

// Each group of kRows pixels has all K steps to itself; a sum reaches the accumulator once.
void DataModel::output(const isa::Mm& mm) {
  for (std::int64_t m0 = 0; m0 < mm.nrows * mm.ncols; m0 += kRows) {
    const std::int64_t pixels = std::min<std::int64_t>(kRows, mm.nrows * mm.ncols - m0);
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(pixels * kCols), 0);
    const Tile* tile = nullptr;
    for (std::int64_t ky = mm.ky0; ky < mm.ky0 + mm.nky; ++ky) {
      for (std::int64_t kx = 0; kx < kernel_.nkx; ++kx) {
        for (std::int64_t b = 0; b < mm.len; b += kRows) {
          const std::int64_t k = std::min<std::int64_t>(kRows, mm.len - b);
          tile = &next_tile();
          for (std::int64_t r = 0; r < pixels; ++r) {
            const std::int64_t m = m0 + r;
            const std::vector<int> x = pixel(mm, mm.oy0 + m / mm.ncols, mm.ox0 + m % mm.ncols, ky, kx, b, k);
            for (int c = 0; c < kCols; ++c) {
              for (int j = 0; j < k; ++j) {
                sums[static_cast<std::size_t>(r * kCols + c)] +=
                    static_cast<std::uint32_t>(x[static_cast<std::size_t>(j)] * weight(*tile, j, c));
              }
            }
          }
        }
      }
    }
    for (std::int64_t r = 0; r < pixels; ++r) {
      for (int c = 0; c < kCols; ++c) put(mm, m0 + r, c, sums[static_cast<std::size_t>(r * kCols + c)], *tile, true);
    }
  }
}

void DataModel::dense(const isa::Mm& mm) {
  bool first = true;
  for (std::int64_t ky = mm.ky0; ky < mm.ky0 + mm.nky; ++ky) {
    for (std::int64_t kx = 0; kx < kernel_.nkx; ++kx) {
      for (std::int64_t b = 0; b < mm.len; b += kRows) {
        const std::int64_t k = std::min<std::int64_t>(kRows, mm.len - b);
        const Tile& tile = next_tile();
        std::int64_t m = 0;
        for (std::int64_t oy = mm.oy0; oy < mm.oy0 + mm.nrows; ++oy) {
          for (std::int64_t ox = mm.ox0; ox < mm.ox0 + mm.ncols; ++ox, ++m) {
            const std::vector<int> x = pixel(mm, oy, ox, ky, kx, b, k);
            for (int c = 0; c < kCols; ++c) {
              std::int64_t sum = 0;
              for (int j = 0; j < k; ++j) sum += x[static_cast<std::size_t>(j)] * weight(tile, j, c);
              put(mm, m, c, static_cast<std::uint32_t>(sum), tile, first);
            }
          }
        }
        first = false;
      }
    }
  }
}

void DataModel::depthwise(const isa::Mm& mm, bool first_tile, bool last_tile) {
  bool first = true;
  // Tiles of one pass share positions, which are the zero point.
  const bool one_pass = mm.nky <= kernel_.buses;
  const std::int64_t from_before = one_pass && !first_tile ? kernel_.overlap : 0;
  const std::int64_t to_next = one_pass && !last_tile ? kernel_.overlap : 0;
  for (std::int64_t g = 0; g * kernel_.buses < mm.nky; ++g) {
    const std::int64_t kernel_rows = std::min(kernel_.buses, mm.nky - g * kernel_.buses);
    const Tile& tile = next_tile();
    // The stream of the pass: where the row and the column of every position are, and the first position of every row.
    std::vector<std::pair<std::int64_t, std::int64_t>> stream;
    std::vector<std::size_t> begins;
    const std::int64_t row = (mm.ncols - 1) * in_.stride_x + kernel_.taps;
    for (std::int64_t oy = mm.oy0; oy < mm.oy0 + mm.nrows; ++oy) {
      begins.push_back(stream.size());
      const bool last = oy == mm.oy0 + mm.nrows - 1;
      for (std::int64_t p = 0; p < row - (last ? 0 : kernel_.overlap); ++p)
        stream.emplace_back(oy, mm.ox0 * in_.stride_x - kernel_.pad_left + p);
    }
    std::int64_t m = 0;
    for (const std::size_t begin : begins) {
      for (std::int64_t n = 0; n < mm.ncols; ++n, ++m) {
        for (int c = 0; c < kCols; ++c) {
          std::int64_t sum = 0;
          for (std::int64_t j = 0; j < kernel_rows; ++j) {
            for (std::int64_t i = 0; i < kernel_.taps; ++i) {
              const std::size_t at = begin + static_cast<std::size_t>(n * in_.stride_x + i);
              const auto [oy, x] = stream.at(at);
              const bool shared = std::cmp_less(at, from_before) || std::cmp_greater_equal(at + to_next, stream.size());
              const std::int64_t iy =
                  oy * in_.stride_y - kernel_.pad_top + (mm.ky0 + g * kernel_.buses + j) * kernel_.dil_y;
              const bool inside = !shared && iy >= 0 && iy < in_.height && x >= 0 && x * in_.pix_bytes < in_.row_bytes;
              const int value = inside ? static_cast<std::int8_t>(spm(row_address(iy) + x * in_.pix_bytes + mm.c0 + c))
                                       : static_cast<int>(in_.zero_point);
              sum += value * weight(tile, static_cast<int>(j * kernel_.taps + i), c);
            }
          }
          put(mm, m, c, static_cast<std::uint32_t>(sum), tile, first);
        }
      }
    }
    first = false;
  }
}

}  // namespace systolite::rtl_compute
