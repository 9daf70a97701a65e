// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/program/program.h"

namespace systolite {

std::uint64_t scratchpad_peak_bytes(const Program& program, std::size_t operators) {
  std::vector<std::uint64_t> alive(operators);
  for (const ScratchpadPlace& place : program.scratchpad) {
    std::uint64_t bytes = 0;
    for (const ScratchpadRange& range : place.ranges) bytes += range.end - range.begin;
    for (int op = place.first_op; op <= place.last_op; ++op) alive.at(static_cast<std::size_t>(op)) += bytes;
  }
  return alive.empty() ? 0 : *std::ranges::max_element(alive);
}

}  // namespace systolite
