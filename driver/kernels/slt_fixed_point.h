// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Integer arithmetic shared by the int8 kernels: requantisation in both rounding modes, clamping, ranges.
 *
 * A real factor is kept as multiplier * 2^(shift - 31), multiplier in [0, 2^31), shift in [-31, 30].
 * int32 arithmetic that the hardware lets wrap goes through uint32_t, because signed overflow is undefined in C.
 */
#ifndef SLT_FIXED_POINT_H_
#define SLT_FIXED_POINT_H_

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a product is rounded when it is scaled down. */
typedef enum {
  kSltDoubleRounding = 0, /**< High multiply rounded half up, then shift rounded half away from zero. */
  kSltSingleRounding = 1, /**< One 64-bit product, one shift, rounded half up. */
} slt_rounding_t;

enum {
  kSltMinShift = -31,
  kSltMaxShift = 30,
  kSltInt8Min = -128,
  kSltInt8Max = 127,
  kSltMaxDim = 32767, /**< Largest tensor extent, window extent, stride or dilation; keeps coordinates within int32. */
};

static inline bool slt_in_range(int32_t value, int32_t low, int32_t high) { return value >= low && value <= high; }

static inline int32_t slt_min(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t slt_max(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t slt_clamp(int32_t value, int32_t low, int32_t high) { return slt_max(low, slt_min(value, high)); }

static inline int32_t slt_add_wrap(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
static inline int32_t slt_shift_left_wrap(int32_t a, int32_t bits) { return (int32_t)((uint32_t)a << bits); }

/** (a * b) / 2^31, ties towards plus infinity; not for both being INT32_MIN. */
#if defined(__ARM_ARCH_6M__) || defined(SLT_NO_LONG_MULTIPLY)
/* In halves: these cores multiply 32 by 32 bits to the lower 32 only, and a 64-bit product is a call. */
static inline int32_t slt_high_multiply_small(int32_t a, int32_t b) {
  const uint32_t a_low = (uint32_t)a & 0xFFFFU;
  const uint32_t b_low = (uint32_t)b & 0xFFFFU;
  const int32_t a_high = a >> 16;
  const int32_t b_high = b >> 16;
  const uint32_t low = a_low * b_low;
  const int32_t middle = a_high * (int32_t)b_low + (int32_t)(low >> 16);  // 16 bits up; neither sum can overflow
  const int32_t middle2 = (int32_t)a_low * b_high + (int32_t)((uint32_t)middle & 0xFFFFU);
  const int32_t high = a_high * b_high + (middle >> 16) + (middle2 >> 16);
  const int32_t rounded = (int32_t)((((uint32_t)middle2 << 16 | (low & 0xFFFFU)) >> 30) + 1U) >> 1;
  return (int32_t)(((uint32_t)high << 1) + (uint32_t)rounded);
}
#else
static inline int32_t slt_high_multiply_small(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}
#endif

/** (a * b) / 2^31, ties towards plus infinity, saturated in the one case that overflows. */
static inline int32_t slt_high_multiply(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return slt_high_multiply_small(a, b);
}

/** value / 2^exponent, ties away from zero; exponent 0 to 31. */
static inline int32_t slt_divide_by_pot(int32_t value, int32_t exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1U);
  const int32_t remainder = value & mask;
  const int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

/** value * multiplier * 2^(shift - 31) in the given rounding mode. */
static inline int32_t slt_requantize(int32_t value, int32_t multiplier, int32_t shift, int32_t rounding) {
  if (rounding == kSltSingleRounding) {
    const int32_t total = 31 - shift;
    return (int32_t)(((int64_t)value * multiplier + (INT64_C(1) << (total - 1))) >> total);
  }
  const int32_t scaled = slt_shift_left_wrap(value, slt_max(shift, 0));
  return slt_divide_by_pot(slt_high_multiply(scaled, multiplier), slt_max(-shift, 0));
}

/** clamp(value + zero_point) to [act_min, act_max]; the bounds move instead of the value, so nothing overflows. */
static inline int8_t slt_to_int8(int32_t value, int32_t zero_point, int32_t act_min, int32_t act_max) {
  return (int8_t)(slt_clamp(value, act_min - zero_point, act_max - zero_point) + zero_point);
}

static inline bool slt_scale_ok(int32_t multiplier, int32_t shift) {
  return multiplier >= 0 && slt_in_range(shift, kSltMinShift, kSltMaxShift);
}

/** Whether every entry of a table of `count` multipliers and shifts is legal. */
static inline bool slt_scale_table_ok(const int32_t* multipliers, const int32_t* shifts, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    if (!slt_scale_ok(multipliers[i], shifts[i])) return false;
  }
  return true;
}

static inline bool slt_int8_ok(int32_t value) { return slt_in_range(value, kSltInt8Min, kSltInt8Max); }

static inline bool slt_activation_ok(int32_t act_min, int32_t act_max) {
  return slt_int8_ok(act_min) && slt_int8_ok(act_max) && act_min <= act_max;
}

static inline bool slt_rounding_ok(int32_t rounding) {
  return rounding == kSltDoubleRounding || rounding == kSltSingleRounding;
}

static inline bool slt_dim_ok(int32_t value) { return slt_in_range(value, 1, kSltMaxDim); }

/** Whether a tensor of four legal extents has at most 2^31 - 1 bytes. */
static inline bool slt_tensor_ok(int32_t a, int32_t b, int32_t c, int32_t d) {
  return slt_dim_ok(a) && slt_dim_ok(b) && slt_dim_ok(c) && slt_dim_ok(d) &&
         (int64_t)a * b * c * d <= (int64_t)INT32_MAX;
}

#ifdef __cplusplus
}
#endif

#endif  // SLT_FIXED_POINT_H_
