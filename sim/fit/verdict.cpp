// SPDX-License-Identifier: Apache-2.0
#include "sim/fit/verdict.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace systolite::fit {
namespace {

// Sizes of the regions, those that follow each other as one.
std::vector<std::int64_t> pieces(const battery::Mcu& mcu) {
  std::vector<battery::RamRegion> regions = mcu.ram;
  std::ranges::sort(regions, {}, &battery::RamRegion::base);
  std::vector<std::int64_t> sizes;
  std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
  for (const battery::RamRegion& region : regions) {
    if (region.base == end) {
      sizes.back() += region.bytes;
    } else {
      sizes.push_back(region.bytes);
    }
    end = std::uint64_t{region.base} + region.bytes;
  }
  return sizes;
}

// Spare bytes of two uses in two pieces; what is missing of one does not help the other.
std::int64_t spare(std::int64_t first, std::int64_t second) {
  return first >= 0 && second >= 0 ? first + second
                                   : std::min<std::int64_t>(first, 0) + std::min<std::int64_t>(second, 0);
}

}  // namespace

Verdict verdict(const MemoryNeed& need, const battery::Mcu& mcu) {
  const auto arena = static_cast<std::int64_t>(sum(need.arena));
  const auto variables = static_cast<std::int64_t>(sum(need.variables));
  const std::vector<std::int64_t> ram = pieces(mcu);
  std::int64_t best = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 0; i < ram.size(); ++i) {
    best = std::max(best, ram[i] - arena - variables);
    for (std::size_t j = 0; j < ram.size(); ++j) {
      if (i != j) best = std::max(best, spare(ram[i] - arena, ram[j] - variables));
    }
  }
  return {.ram_bytes = best,
          .flash_bytes = static_cast<std::int64_t>(mcu.flash_bytes) - static_cast<std::int64_t>(need.flash_bytes())};
}

}  // namespace systolite::fit
