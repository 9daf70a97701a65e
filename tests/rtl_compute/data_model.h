// SPDX-License-Identifier: Apache-2.0
// What the accumulator holds after a program, straight from the loops of hw/MICROARCHITECTURE.md. No notion of time.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/rtl_compute/geometry.h"

namespace systolite::rtl_compute {

class DataModel {
 public:
  DataModel(std::vector<std::uint8_t> spm, std::vector<std::uint8_t> wbuf);

  void run(const ComputeProgram& program);
  // After a flush in the middle of a program nothing is known about a half.
  void forget_half(int half);

  // Value and whether it is defined: columns beyond the tile and entries never written are not.
  [[nodiscard]] std::int32_t value(int entry, int column) const {
    return static_cast<std::int32_t>(acc_[index(entry, column)]);
  }
  [[nodiscard]] bool defined(int entry, int column) const { return defined_[index(entry, column)]; }
  [[nodiscard]] bool block_defined(int entry, int pixels, int columns) const;

  [[nodiscard]] std::uint8_t spm(std::int64_t address) const { return spm_[wrap(address, kSpmBytes)]; }
  [[nodiscard]] std::uint8_t wbuf(std::int64_t address) const { return wbuf_[wrap(address, kWbufBytes)]; }

 private:
  struct Tile {
    std::int64_t address;
    int rows;
    int columns;
  };

  static std::size_t index(int entry, int column) { return static_cast<std::size_t>(entry * kCols + column); }
  static std::size_t wrap(std::int64_t address, std::int64_t bytes) {
    return static_cast<std::size_t>(((address % bytes) + bytes) % bytes);
  }

  void load_tiles(const isa::Wl& wl);
  const Tile& next_tile() { return tiles_.at(tile_++); }
  [[nodiscard]] int weight(const Tile& tile, int row, int column) const;
  [[nodiscard]] std::int64_t row_address(std::int64_t y) const;
  void dense(const isa::Mm& mm);
  void output(const isa::Mm& mm);
  [[nodiscard]] std::vector<int> pixel(const isa::Mm& mm, std::int64_t oy, std::int64_t ox, std::int64_t ky,
                                       std::int64_t kx, std::int64_t b, std::int64_t k) const;
  // Of a command's column tiles the last one, or one before; the first one, or one behind.
  void depthwise(const isa::Mm& mm, bool first_tile, bool last_tile);
  void put(const isa::Mm& mm, std::int64_t m, int column, std::uint32_t sum, const Tile& tile, bool first);

  std::vector<std::uint8_t> spm_;
  std::vector<std::uint8_t> wbuf_;
  std::vector<std::uint32_t> acc_;
  std::vector<bool> defined_;
  isa::MmCfgIn in_;
  isa::MmCfgKernel kernel_;
  std::vector<Tile> tiles_;
  std::size_t tile_ = 0;
};

}  // namespace systolite::rtl_compute
