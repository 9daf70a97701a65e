// SPDX-License-Identifier: Apache-2.0
// Where the rows of a tensor lie in the scratchpad (hw/MICROARCHITECTURE.md, "View").
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/hw_config.h"

namespace systolite {

inline constexpr std::uint32_t kSpmAlignBytes = 16;  // tensors begin at multiples of it

// Half-open interval of byte addresses.
struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] bool overlaps(const Range& other) const noexcept { return begin < other.end && other.begin < end; }
  bool operator==(const Range&) const = default;
};

struct View {
  std::uint32_t base = 0;
  std::uint32_t pitch = 0;      // bytes between rows of the same bank
  int interleave = 0;           // log2 of the banks the rows rotate through
  int height = 1;               // rows
  std::uint32_t row_bytes = 0;  // bytes of a row

  [[nodiscard]] int banks() const noexcept { return 1 << interleave; }
  [[nodiscard]] bool linear() const noexcept { return interleave == 0; }
  [[nodiscard]] std::uint32_t address(int y, const HwConfig& hw) const noexcept {
    const auto n = static_cast<std::uint32_t>(banks());
    const auto row = static_cast<std::uint32_t>(y);
    return base + (row % n) * static_cast<std::uint32_t>(hw.bank_bytes()) + (row / n) * pitch;
  }
  // The same bytes as another number of rows, for an operator behind a RESHAPE or one that turns its image on its side.
  // Such tensors have a linear view (place.h), which may be cut into rows in any way.
  [[nodiscard]] View with_rows(int rows) const noexcept {
    if (rows == height) return *this;
    View view = *this;
    view.row_bytes = row_bytes * static_cast<std::uint32_t>(height) / static_cast<std::uint32_t>(rows);
    view.pitch = view.row_bytes;
    view.height = rows;
    return view;
  }
  // Bytes of rows y0 .. y1-1, one range for each bank the rows rotate through.
  [[nodiscard]] std::vector<Range> rows(int y0, int y1, const HwConfig& hw) const {
    std::vector<Range> ranges;
    for (int y = y0; y < std::min(y1, y0 + banks()); ++y) {
      const int last = y + (y1 - 1 - y) / banks() * banks();
      ranges.push_back({address(y, hw), address(last, hw) + row_bytes});
    }
    return ranges;
  }
};

}  // namespace systolite
