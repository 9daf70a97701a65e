// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every platform: the distributions of the standard library are not.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>

namespace systolite::reference {

class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : engine_(seed) {}

  // low to high, both included.
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) {
    const auto count = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(engine_() % count);
  }
  [[nodiscard]] int number(int low, int high) { return static_cast<int>(integer(low, high)); }
  // Small numbers much more often than large ones.
  [[nodiscard]] int mostly_small(int low, int high) { return number(low, number(low, high)); }
  [[nodiscard]] int one_of(std::initializer_list<int> values) {
    return values.begin()[integer(0, static_cast<std::int64_t>(values.size()) - 1)];
  }
  [[nodiscard]] bool chance(int percent) { return number(0, 99) < percent; }
  // 2^low to 2^high, evenly over the exponent.
  [[nodiscard]] double power(double low, double high) {
    const double unit = static_cast<double>(engine_() >> 11) / 9007199254740992.0;
    return std::exp2(low + unit * (high - low));
  }
  [[nodiscard]] std::int8_t byte() { return static_cast<std::int8_t>(number(-128, 127)); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace systolite::reference
