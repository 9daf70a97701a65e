// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace systolite::cpu_test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint32_t word() { return static_cast<std::uint32_t>(engine_() >> 32U); }
  // 0 to limit - 1.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((std::uint64_t{word()} * limit) >> 32U);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  template <typename T>
  const T& of(std::span<const T> choices) {
    return choices[below(static_cast<std::uint32_t>(choices.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace systolite::cpu_test
