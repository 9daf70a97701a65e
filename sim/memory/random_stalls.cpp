// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/random_stalls.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/error.h"

namespace systolite {

StallPattern::StallPattern(const std::optional<RandomStalls>& stalls) {
  if (!stalls) return;
  if (!(stalls->probability >= 0.0 && stalls->probability < 1.0)) {
    throw Error(ExitCode::kInternal,
                fmt::format("A stall probability of {} is not in the range 0 to below 1.", stalls->probability));
  }
  threshold_ = static_cast<std::uint64_t>(std::ldexp(stalls->probability, 53));
  constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15U;  // 2^64 / golden ratio: SplitMix64's increment
  for (std::size_t channel = 0; channel < kBusChannels; ++channel)
    key_[channel] = mix(stalls->seed + (channel + 1) * kStep);
}

}  // namespace systolite
