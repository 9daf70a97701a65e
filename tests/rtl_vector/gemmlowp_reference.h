// SPDX-License-Identifier: Apache-2.0
// Fixed point requantisation in the formulation of gemmlowp (nudge and truncating division, remainder and threshold),
// written independently of the shift-and-add formulation of the RTL and of its document.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace systolite::reference {

inline std::int32_t saturating_rounding_doubling_high_mul(std::int32_t a, std::int32_t b) {
  if (a == b && a == std::numeric_limits<std::int32_t>::min()) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));  // towards zero
}

inline std::int32_t rounding_divide_by_pot(std::int32_t x, int exponent) {
  const std::int64_t divisor = std::int64_t{1} << exponent;
  const std::int64_t magnitude = x < 0 ? -static_cast<std::int64_t>(x) : x;
  const std::int64_t quotient = (magnitude + divisor / 2) / divisor;  // half away from zero
  return static_cast<std::int32_t>(x < 0 ? -quotient : quotient);
}

inline std::int32_t multiply_by_quantized_multiplier(std::int32_t x, std::int32_t multiplier, int shift) {
  const int left = std::max(shift, 0);
  const int right = std::max(-shift, 0);
  const auto scaled = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(scaled, multiplier), right);
}

// Single rounding: floor of (product + half) / divisor, of which the low 32 bits count.
inline std::int32_t multiply_by_quantized_multiplier_single(std::int32_t x, std::int32_t multiplier, int shift) {
  const std::int64_t divisor = std::int64_t{1} << (31 - shift);
  const std::int64_t numerator = static_cast<std::int64_t>(x) * multiplier + divisor / 2;
  const std::int64_t quotient = numerator / divisor - (numerator % divisor < 0 ? 1 : 0);
  return static_cast<std::int32_t>(quotient);
}

}  // namespace systolite::reference
