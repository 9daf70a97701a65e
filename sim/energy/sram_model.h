// SPDX-License-Identifier: Apache-2.0
// Energy of an SRAM of any size from a grid of macros.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/figure.h"

namespace systolite::energy {

struct SramFigures {
  Figure read_pj;  // a word
  Figure write_pj;
  Figure leakage_uw;
};

// A macro of the grid. Words of one width, in ascending order of size, are a row of it.
struct SramPoint {
  std::int64_t word_bits = 0;
  std::int64_t bytes = 0;
  SramFigures figures;
};

class SramModel {
 public:
  // Points in ascending order of width, then of size; at least one.
  explicit SramModel(std::vector<SramPoint> points);
  SramModel() = default;

  // A memory of `bytes` bytes in words of `word_bits` bits. Between sizes of the grid: linear in the size; below the
  // smallest one: as the smallest; above the largest: with the square root of the size (leakage: with the size).
  // Between widths: linear in the width; narrower than the grid: as the narrowest; wider: as many equal macros side by
  // side as it takes.
  [[nodiscard]] SramFigures at(std::int64_t bytes, std::int64_t word_bits) const;

 private:
  struct Width {
    std::int64_t word_bits;
    std::vector<SramPoint> points;
  };
  [[nodiscard]] static SramFigures of_width(const Width& width, double bytes);

  std::vector<Width> widths_;
};

}  // namespace systolite::energy
