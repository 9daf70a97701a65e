// SPDX-License-Identifier: Apache-2.0
// A figure that is known within bounds: a nominal value and the interval that holds the truth. The unit is part of the
// name of whatever holds it (`active_uw`, `energy_pj`). Arithmetic is interval arithmetic: operands are taken as
// independent, so a difference or quotient of figures that share a cause is wider than it has to be, never narrower.
#pragma once

#include <algorithm>
#include <cassert>

namespace systolite {

struct Figure {
  double value = 0;
  double low = 0;  // low <= value <= high
  double high = 0;

  // Known exactly: a count, a setting.
  [[nodiscard]] static constexpr Figure exact(double value) noexcept {
    return {.value = value, .low = value, .high = value};
  }

  friend constexpr bool operator==(const Figure&, const Figure&) = default;

  constexpr Figure& operator+=(const Figure& other) noexcept {
    value += other.value;
    low += other.low;
    high += other.high;
    return *this;
  }
};

[[nodiscard]] constexpr Figure operator+(Figure left, const Figure& right) noexcept { return left += right; }

[[nodiscard]] constexpr Figure operator-(const Figure& left, const Figure& right) noexcept {
  return {.value = left.value - right.value, .low = left.low - right.high, .high = left.high - right.low};
}

[[nodiscard]] constexpr Figure operator*(const Figure& figure, double factor) noexcept {
  const double one = figure.low * factor;
  const double other = figure.high * factor;
  return {.value = figure.value * factor, .low = std::min(one, other), .high = std::max(one, other)};
}

[[nodiscard]] constexpr Figure operator*(double factor, const Figure& figure) noexcept { return figure * factor; }

[[nodiscard]] constexpr Figure operator*(const Figure& left, const Figure& right) noexcept {
  const auto [low, high] =
      std::minmax({left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high});
  return {.value = left.value * right.value, .low = low, .high = high};
}

// Requires a divisor whose interval does not hold 0.
[[nodiscard]] constexpr Figure operator/(const Figure& left, const Figure& right) noexcept {
  assert(right.low > 0 || right.high < 0);
  const auto [low, high] =
      std::minmax({left.low / right.low, left.low / right.high, left.high / right.low, left.high / right.high});
  return {.value = left.value / right.value, .low = low, .high = high};
}

[[nodiscard]] constexpr Figure operator/(const Figure& figure, double divisor) noexcept {
  return figure / Figure::exact(divisor);
}

}  // namespace systolite
