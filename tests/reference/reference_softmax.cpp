// SPDX-License-Identifier: Apache-2.0
// Softmax in fixed point. Qn denotes a 32-bit number with n bits before the binary point, so one unit is 2^(31-n).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tests/reference/reference_ops.h"

namespace systolite::reference {
namespace {

constexpr std::int32_t kAlmostOne = std::numeric_limits<std::int32_t>::max();  // 1 in Q0

// exp(x) for x in Q0, -1/4 <= x < 0: Taylor series around -1/8.
std::int32_t exp_of_small(std::int32_t x) {
  constexpr std::int32_t kExpOfMinusEighth = 1895147668;
  constexpr std::int32_t kThird = 715827883;
  const std::int32_t d = x + (1 << 28);
  const std::int32_t d2 = high_multiply(d, d);
  const std::int32_t d3 = high_multiply(d2, d);
  const std::int32_t d4 = high_multiply(d2, d2);
  const std::int32_t tail = divide_by_power_of_two(high_multiply(divide_by_power_of_two(d4, 2) + d3, kThird) + d2, 1);
  return kExpOfMinusEighth + high_multiply(kExpOfMinusEighth, d + tail);
}

// exp(x) in Q0 for x <= 0 in Q5: the fraction below 1/4 by series, every further bit by a constant.
std::int32_t exp_of_negative(std::int32_t x) {
  constexpr std::int32_t kQuarter = 1 << 24;
  // exp(-2^(i-2)) in Q0
  constexpr std::array<std::int32_t, 7> kFactors{1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0) return kAlmostOne;
  const std::int32_t small = (x & (kQuarter - 1)) - kQuarter;
  const std::int32_t rest = small - x;
  std::int32_t result = exp_of_small(multiply_by_power_of_two(small, 5));
  for (std::size_t i = 0; i < kFactors.size(); ++i) {
    if ((rest >> (24 + i) & 1) != 0) result = high_multiply(result, kFactors[i]);
  }
  return result;
}

// 1 / (1 + x) in Q0 for x in Q0, 0 <= x < 1: Newton's method for the reciprocal of half of 1 + x, in Q2.
std::int32_t reciprocal_of_one_plus(std::int32_t x) {
  constexpr std::int32_t k48Over17 = 1515870810;
  constexpr std::int32_t kMinus32Over17 = -1010580540;
  const auto half = static_cast<std::int32_t>((std::int64_t{x} + kAlmostOne + 1) / 2);
  std::int32_t estimate = k48Over17 + high_multiply(half, kMinus32Over17);
  for (int step = 0; step < 3; ++step) {
    const std::int32_t remaining = (1 << 29) - high_multiply(half, estimate);
    estimate += multiply_by_power_of_two(high_multiply(estimate, remaining), 2);
  }
  return multiply_by_power_of_two(estimate, 1);
}

int leading_zeros(std::int32_t value) {
  int count = 0;
  while (count < 32 && (static_cast<std::uint32_t>(value) >> (31 - count) & 1U) == 0) ++count;
  return count;
}

}  // namespace

Bytes softmax(const Operand& input, int depth, float beta) {
  constexpr int kDifferenceBits = 5;  // differences are Q5
  constexpr int kSumBits = 12;        // the sum of exponentials is Q12
  const double real = std::min(
      static_cast<double>(beta) * static_cast<double>(input.quant.scale) * (1 << (31 - kDifferenceBits)), 2147483647.0);
  const Multiplier by = to_multiplier(real, RoundingMode::kTwice);
  const auto radius = static_cast<std::int64_t>(std::floor(
      ((1 << kDifferenceBits) - 1) * static_cast<double>(1 << (31 - kDifferenceBits)) / std::ldexp(1.0, by.exponent)));
  const auto exponential = [&](int difference) {
    const std::int32_t raised = wrap(difference * (std::int64_t{1} << by.exponent));
    return exp_of_negative(high_multiply(raised, static_cast<std::int32_t>(by.mantissa)));
  };

  Bytes result;
  for (std::size_t row = 0; row < input.values.size(); row += static_cast<std::size_t>(depth)) {
    const auto begin = input.values.begin() + static_cast<std::ptrdiff_t>(row);
    const int largest = *std::max_element(begin, begin + depth);
    std::int32_t sum = 0;
    for (auto value = begin; value != begin + depth; ++value) {
      if (*value - largest >= -radius) sum += divide_by_power_of_two(exponential(*value - largest), kSumBits);
    }
    const int zeros = leading_zeros(sum);
    const auto fraction = static_cast<std::int32_t>((static_cast<std::uint32_t>(sum) << zeros) - 0x80000000U);
    const std::int32_t reciprocal = reciprocal_of_one_plus(fraction);
    for (auto value = begin; value != begin + depth; ++value) {
      std::int32_t quotient = 0;
      if (*value - largest >= -radius) {
        quotient =
            divide_by_power_of_two(high_multiply(reciprocal, exponential(*value - largest)), kSumBits - zeros + 31 - 8);
      }
      result.push_back(static_cast<std::int8_t>(std::min(quotient - 128, 127)));
    }
  }
  return result;
}

}  // namespace systolite::reference
