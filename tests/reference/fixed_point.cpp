// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/fixed_point.h"

#include <cmath>
#include <limits>

namespace systolite::reference {
namespace {

constexpr std::int64_t kTwoTo30 = 1073741824;
constexpr std::int64_t kTwoTo31 = 2147483648;

std::int64_t power_of_two(int exponent) { return std::int64_t{1} << exponent; }

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

std::int32_t wrap(std::int64_t value) {
  const std::int64_t low = value - floor_divide(value, 2 * kTwoTo31) * 2 * kTwoTo31;
  return static_cast<std::int32_t>(low >= kTwoTo31 ? low - 2 * kTwoTo31 : low);
}

Multiplier to_multiplier(double real, RoundingMode mode) {
  if (real == 0) return {};
  int exponent = 0;
  const double fraction = std::frexp(real, &exponent);
  std::int64_t mantissa = std::llround(fraction * 2147483648.0);
  if (mantissa == kTwoTo31) {
    mantissa = kTwoTo30;
    ++exponent;
  }
  if (exponent < -31) return {};
  if (mode == RoundingMode::kOnce && exponent > 30) return {kTwoTo31 - 1, 30};
  return {mantissa, exponent};
}

std::int32_t high_multiply(std::int32_t a, std::int32_t b) {
  constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
  if (a == kLowest && b == kLowest) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int64_t nudge = product >= 0 ? kTwoTo30 : 1 - kTwoTo30;
  return static_cast<std::int32_t>((product + nudge) / kTwoTo31);
}

std::int32_t divide_by_power_of_two(std::int32_t value, int exponent) {
  const std::int64_t magnitude = value < 0 ? -static_cast<std::int64_t>(value) : value;
  const std::int64_t divisor = power_of_two(exponent);
  const std::int64_t rounded = (magnitude + divisor / 2) / divisor;
  return static_cast<std::int32_t>(value < 0 ? -rounded : rounded);
}

std::int32_t multiply_by_power_of_two(std::int32_t value, int exponent) {
  const std::int64_t product = value * power_of_two(exponent);
  if (product > kTwoTo31 - 1) return std::numeric_limits<std::int32_t>::max();
  if (product < -kTwoTo31) return std::numeric_limits<std::int32_t>::min();
  return static_cast<std::int32_t>(product);
}

std::int32_t scale(std::int32_t value, const Multiplier& by, RoundingMode mode) {
  const auto mantissa = static_cast<std::int32_t>(by.mantissa);
  if (mode == RoundingMode::kTwice) {
    const int left = by.exponent > 0 ? by.exponent : 0;
    const int right = by.exponent < 0 ? -by.exponent : 0;
    return divide_by_power_of_two(high_multiply(wrap(value * power_of_two(left)), mantissa), right);
  }
  const std::int64_t divisor = power_of_two(31 - by.exponent);
  return wrap(floor_divide(static_cast<std::int64_t>(value) * mantissa + divisor / 2, divisor));
}

}  // namespace systolite::reference
