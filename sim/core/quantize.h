// SPDX-License-Identifier: Apache-2.0
// TensorFlow Lite's integer arithmetic, exactly: multipliers, both roundings, activation ranges.
#pragma once

#include <cstdint>
#include <optional>

namespace systolite {

enum class Rounding { kDouble, kSingle };

// A positive real number as multiplier * 2^(shift - 31); multiplier 0 or 2^30 to 2^31-1. Positive shift = left.
struct QuantizedMultiplier {
  std::int32_t multiplier = 0;
  int shift = 0;
  bool operator==(const QuantizedMultiplier&) const = default;
};

// Nearest multiplier. Numbers below 2^-32 become 0 with shift 0. Single rounding has no shift above 30: larger numbers
// saturate. Throws Error(kModel) for a number that is negative or not finite.
[[nodiscard]] QuantizedMultiplier quantize_multiplier(double value, Rounding rounding = Rounding::kDouble);

// Doubling high multiply, ties toward +infinity, then division by a power of two, ties away from zero.
[[nodiscard]] std::int32_t multiply_double_rounding(std::int32_t value, QuantizedMultiplier by) noexcept;
// One 64-bit product and one shift, ties toward +infinity. The shift is -31 to 30.
[[nodiscard]] std::int32_t multiply_single_rounding(std::int32_t value, QuantizedMultiplier by) noexcept;
[[nodiscard]] std::int32_t multiply_by_quantized_multiplier(std::int32_t value, QuantizedMultiplier by,
                                                            Rounding rounding) noexcept;

struct ActivationRange {
  std::int32_t min = -128;
  std::int32_t max = 127;
  bool operator==(const ActivationRange&) const = default;
};

// int8 clamp of an activation that limits the real value to [real_min, real_max]; an absent bound does not limit: RELU
// is (0, none), RELU6 (0, 6), RELU_N1_TO_1 (-1, 1). Throws Error(kModel) if a bound overflows int32.
[[nodiscard]] ActivationRange calculate_activation_range(std::optional<float> real_min, std::optional<float> real_max,
                                                         float scale, std::int32_t zero_point);

}  // namespace systolite
