// SPDX-License-Identifier: Apache-2.0
#include "sim/core/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::int64_t kOne = std::int64_t{1} << 31;  // fixed-point 1.0

// (2 * a * b + 2^31) >> 32 without overflow: b is never negative here, so the one saturating case cannot occur.
std::int32_t doubling_high_multiply(std::int32_t a, std::int32_t b) noexcept {
  return static_cast<std::int32_t>((std::int64_t{a} * b + (std::int64_t{1} << 30)) >> 31);
}

std::int32_t divide_by_power_of_two(std::int32_t value, int exponent) noexcept {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
}

std::int32_t quantize_bound(float bound, float scale, std::int32_t zero_point) {
  const float steps = std::round(bound / scale);
  // Both limits are exact in float; the upper one is the first value too large.
  const bool fits = steps >= -2147483648.0F && steps < 2147483648.0F;
  const std::int64_t quantized = fits ? std::int64_t{zero_point} + static_cast<std::int64_t>(steps) : 0;
  if (!fits || quantized < std::numeric_limits<std::int32_t>::min() ||
      quantized > std::numeric_limits<std::int32_t>::max()) {
    throw Error(ExitCode::kModel, "activation bound " + std::to_string(bound) + " at scale " + std::to_string(scale) +
                                      " is outside int32: the scale must be larger");
  }
  return static_cast<std::int32_t>(quantized);
}

}  // namespace

QuantizedMultiplier quantize_multiplier(double value, Rounding rounding) {
  if (!std::isfinite(value) || value < 0) {
    throw Error(ExitCode::kModel, "the real multiplier " + std::to_string(value) +
                                      " cannot be quantised: must be finite and not negative");
  }
  if (value == 0) return {};
  int shift = 0;
  const double fraction = std::frexp(value, &shift);
  auto multiplier = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(kOne)));
  if (multiplier == kOne) {
    multiplier /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  if (rounding == Rounding::kSingle && shift > 30) return {std::numeric_limits<std::int32_t>::max(), 30};
  return {static_cast<std::int32_t>(multiplier), shift};
}

std::int32_t multiply_double_rounding(std::int32_t value, QuantizedMultiplier by) noexcept {
  const int left = std::max(by.shift, 0);
  const int right = std::max(-by.shift, 0);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << left);  // wraps, as in hardware
  return divide_by_power_of_two(doubling_high_multiply(shifted, by.multiplier), right);
}

std::int32_t multiply_single_rounding(std::int32_t value, QuantizedMultiplier by) noexcept {
  const int total_shift = 31 - by.shift;
  const std::int64_t half = std::int64_t{1} << (total_shift - 1);
  return static_cast<std::int32_t>((std::int64_t{value} * by.multiplier + half) >> total_shift);
}

std::int32_t multiply_by_quantized_multiplier(std::int32_t value, QuantizedMultiplier by, Rounding rounding) noexcept {
  return rounding == Rounding::kDouble ? multiply_double_rounding(value, by) : multiply_single_rounding(value, by);
}

ActivationRange calculate_activation_range(std::optional<float> real_min, std::optional<float> real_max, float scale,
                                           std::int32_t zero_point) {
  ActivationRange range;
  if (real_min) range.min = std::max(range.min, quantize_bound(*real_min, scale, zero_point));
  if (real_max) range.max = std::min(range.max, quantize_bound(*real_max, scale, zero_point));
  return range;
}

}  // namespace systolite
