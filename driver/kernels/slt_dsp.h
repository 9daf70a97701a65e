// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The DSP instructions that the kernels use, on cores that have them (Cortex-M4, M7, M33): SLT_HAVE_DSP is 1 there.
 *
 * With SLT_DSP_EMULATION the functions come from "slt_dsp_emulation.h" instead, so that the same kernels can be tested
 * on the host.
 *
 * A word holds two int16 ("bottom" is the lower half) or four int8. Sums wrap.
 */
#ifndef SLT_DSP_H_
#define SLT_DSP_H_

#include <stdint.h>

#if defined(SLT_DSP_EMULATION)

#include "slt_dsp_emulation.h"
#define SLT_HAVE_DSP 1

#elif defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP == 1

#include <arm_acle.h>
#define SLT_HAVE_DSP 1

/** sum + bottom * bottom + top * top. */
static inline int32_t slt_multiply_pairs(uint32_t a, uint32_t b, int32_t sum) {
  return __smlad((int16x2_t)a, (int16x2_t)b, sum);
}
/** sum + bottom * bottom. */
static inline int32_t slt_multiply_bottom(uint32_t a, uint32_t b, int32_t sum) {
  return __smlabb((int32_t)a, (int32_t)b, sum);
}
/** sum + top * top. */
static inline int32_t slt_multiply_top(uint32_t a, uint32_t b, int32_t sum) {
  return __smlatt((int32_t)a, (int32_t)b, sum);
}
/** sum + bottom of a * top of b. */
static inline int32_t slt_multiply_bottom_top(uint32_t a, uint32_t b, int32_t sum) {
  return __smlabt((int32_t)a, (int32_t)b, sum);
}
/** sum + top of a * bottom of b. */
static inline int32_t slt_multiply_top_bottom(uint32_t a, uint32_t b, int32_t sum) {
  return __smlatb((int32_t)a, (int32_t)b, sum);
}
/** Clamped to int8. (Not __ssat(), which is unsigned inside and trips over -Wsign-conversion.) */
static inline int32_t slt_saturate8(int32_t value) {
  int32_t result;
  __asm("ssat %0, #8, %1" : "=r"(result) : "r"(value));
  return result;
}
/** Bytes 0 and 2, sign-extended. */
static inline uint32_t slt_widen_even(uint32_t bytes) { return (uint32_t)__sxtb16((int8x4_t)bytes); }
/** Bytes 0 and 2, sign-extended, plus the halves of `offset`. */
static inline uint32_t slt_widen_even_add(uint32_t offset, uint32_t bytes) {
  return (uint32_t)__sxtab16((int16x2_t)offset, (int8x4_t)bytes);
}
/* The rotation is free in these instructions, but there is no intrinsic with it. */
/** Bytes 1 and 3, sign-extended. */
static inline uint32_t slt_widen_odd(uint32_t bytes) {
  uint32_t result;
  __asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(bytes));
  return result;
}
/** Bytes 1 and 3, sign-extended, plus the halves of `offset`. */
static inline uint32_t slt_widen_odd_add(uint32_t offset, uint32_t bytes) {
  uint32_t result;
  __asm("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(offset), "r"(bytes));
  return result;
}
/** (a * b + 2^31) / 2^32, rounded down. */
static inline int32_t slt_high_word_rounded(int32_t a, int32_t b) {
  int32_t result;
  __asm("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
  return result;
}

#else
#define SLT_HAVE_DSP 0
#endif

#if SLT_HAVE_DSP

/** Four bytes at any address. */
static inline uint32_t slt_load_bytes(const int8_t* from) {
  uint32_t word;
  __builtin_memcpy(&word, from, sizeof(word));
  return word;
}

/** Both halves the same. */
static inline uint32_t slt_both_halves(int32_t value) { return ((uint32_t)value & 0xFFFFU) * 0x00010001U; }

#endif  // SLT_HAVE_DSP

/** Keeps what is rarely needed out of loops: instruction caches of these cores are small. */
#define SLT_NOINLINE __attribute__((noinline))
/** Makes one loop of what is written as several functions. */
#define SLT_INLINE inline __attribute__((always_inline))

#endif  // SLT_DSP_H_
