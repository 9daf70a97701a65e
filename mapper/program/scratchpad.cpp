// SPDX-License-Identifier: Apache-2.0
#include "mapper/program/scratchpad.h"

#include <algorithm>
#include <utility>

namespace systolite {

std::uint64_t covered_bytes(std::vector<ScratchpadRange> ranges) {
  std::ranges::sort(ranges, {}, &ScratchpadRange::begin);
  std::uint64_t bytes = 0;
  std::uint32_t behind = 0;  // the end of what is counted
  for (const ScratchpadRange& range : ranges) {
    if (range.end <= behind) continue;
    bytes += range.end - std::max(range.begin, behind);
    behind = range.end;
  }
  return bytes;
}

std::uint64_t held_bytes(const std::vector<ScratchpadPlace>& places, int op) {
  std::vector<ScratchpadRange> ranges;
  for (const ScratchpadPlace& place : places) {
    if (place.first_op <= op && op <= place.last_op)
      ranges.insert(ranges.end(), place.ranges.begin(), place.ranges.end());
  }
  return covered_bytes(std::move(ranges));
}

std::uint64_t scratchpad_peak_bytes(const Program& program, std::size_t operators) {
  std::uint64_t peak = 0;
  for (std::size_t op = 0; op < operators; ++op)
    peak = std::max(peak, held_bytes(program.scratchpad, static_cast<int>(op)));
  return peak;
}

}  // namespace systolite
