// SPDX-License-Identifier: Apache-2.0
// Seeded back-pressure on the bus: in which cycles of a job a channel refuses to move anything. A pure function of
// seed, channel and cycle, so that a model that visits every cycle and one that computes times see the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/device/trace.h"

namespace systolite {

enum class BusChannel : std::uint8_t { kReadAddress, kReadData, kWriteAddress, kWriteData, kWriteResponse };
inline constexpr std::size_t kBusChannels = 5;

struct RandomStalls {
  std::uint64_t seed;
  double probability;  // 0 to below 1
};

class StallPattern {
 public:
  // Nothing is ever stalled.
  StallPattern() = default;
  // Throws Error(kInternal) for a probability outside [0, 1).
  explicit StallPattern(const std::optional<RandomStalls>& stalls);

  [[nodiscard]] bool active() const noexcept { return threshold_ != 0; }
  [[nodiscard]] bool stalled(BusChannel channel, Cycles cycle) const noexcept {
    return mix(key_[static_cast<std::size_t>(channel)] + cycle) >> 11U < threshold_;
  }
  // The first cycle at or after `from` in which the channel is not stalled.
  [[nodiscard]] Cycles first_open(BusChannel channel, Cycles from) const noexcept {
    if (!active()) return from;
    while (stalled(channel, from)) ++from;
    return from;
  }

 private:
  // The output function of SplitMix64 (Steele, Lea, Flood 2014).
  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
  }

  std::array<std::uint64_t, kBusChannels> key_{};
  std::uint64_t threshold_ = 0;  // probability in units of 2^-53
};

}  // namespace systolite
