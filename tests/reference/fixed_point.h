// SPDX-License-Identifier: Apache-2.0
// Fixed-point arithmetic of the TensorFlow Lite quantisation scheme, written for the tests alone.
#pragma once

#include <cstdint>

namespace systolite::reference {

// How an accumulator is scaled: first to 32 bits and then by a power of two, each step rounded, or with one rounding at
// the end.
enum class RoundingMode { kTwice, kOnce };

// real value = mantissa / 2^31 * 2^exponent, mantissa 0 or at least 2^30.
struct Multiplier {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

[[nodiscard]] Multiplier to_multiplier(double real, RoundingMode mode);

// a * b / 2^31, nearest, ties towards plus infinity; -1 * -1 saturates.
[[nodiscard]] std::int32_t high_multiply(std::int32_t a, std::int32_t b);
// value / 2^exponent, nearest, ties away from zero.
[[nodiscard]] std::int32_t divide_by_power_of_two(std::int32_t value, int exponent);
// value * 2^exponent, limited to 32 bits.
[[nodiscard]] std::int32_t multiply_by_power_of_two(std::int32_t value, int exponent);
[[nodiscard]] std::int32_t scale(std::int32_t value, const Multiplier& by, RoundingMode mode);

// Keeps the low 32 bits.
[[nodiscard]] std::int32_t wrap(std::int64_t value);

}  // namespace systolite::reference
