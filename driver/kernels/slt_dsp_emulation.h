// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The DSP instructions of driver/kernels/slt_dsp.h in portable C, from the Armv7-M manual's definition of SMLAD,
 * SMLABB, SMLATT, SMLABT, SMLATB, SSAT, SXTB16, SXTAB16 and SMMULR, so that the kernels for these cores run in tests on
 * the host.
 */
#ifndef SLT_DSP_EMULATION_H_
#define SLT_DSP_EMULATION_H_

#include <stdint.h>

static inline int32_t slt_emulated_half(uint32_t word, int top) {
  return (int16_t)(uint16_t)(top != 0 ? word >> 16 : word);
}
static inline int32_t slt_emulated_byte(uint32_t word, int index) { return (int8_t)(uint8_t)(word >> (8 * index)); }
static inline uint32_t slt_emulated_word(int32_t bottom, int32_t top) {
  return ((uint32_t)bottom & 0xFFFFU) | ((uint32_t)top << 16);
}

static inline int32_t slt_multiply_bottom(uint32_t a, uint32_t b, int32_t sum) {
  return (int32_t)((uint32_t)sum + (uint32_t)(slt_emulated_half(a, 0) * slt_emulated_half(b, 0)));
}
static inline int32_t slt_multiply_top(uint32_t a, uint32_t b, int32_t sum) {
  return (int32_t)((uint32_t)sum + (uint32_t)(slt_emulated_half(a, 1) * slt_emulated_half(b, 1)));
}
static inline int32_t slt_multiply_bottom_top(uint32_t a, uint32_t b, int32_t sum) {
  return slt_multiply_bottom(a, b >> 16, sum);
}
static inline int32_t slt_multiply_top_bottom(uint32_t a, uint32_t b, int32_t sum) {
  return slt_multiply_bottom(a >> 16, b, sum);
}
static inline int32_t slt_saturate8(int32_t value) { return value < -128 ? -128 : value > 127 ? 127 : value; }
static inline int32_t slt_multiply_pairs(uint32_t a, uint32_t b, int32_t sum) {
  return slt_multiply_top(a, b, slt_multiply_bottom(a, b, sum));
}
static inline uint32_t slt_widen_even_add(uint32_t offset, uint32_t bytes) {
  return slt_emulated_word(slt_emulated_half(offset, 0) + slt_emulated_byte(bytes, 0),
                           slt_emulated_half(offset, 1) + slt_emulated_byte(bytes, 2));
}
static inline uint32_t slt_widen_odd_add(uint32_t offset, uint32_t bytes) {
  return slt_widen_even_add(offset, (bytes >> 8) | (bytes << 24));
}
static inline uint32_t slt_widen_even(uint32_t bytes) { return slt_widen_even_add(0U, bytes); }
static inline uint32_t slt_widen_odd(uint32_t bytes) { return slt_widen_odd_add(0U, bytes); }
static inline int32_t slt_high_word_rounded(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

#endif  // SLT_DSP_EMULATION_H_
