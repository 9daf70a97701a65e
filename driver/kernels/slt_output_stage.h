// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the kernels: from an int32 sum to an int8 output value.
 *
 * A channel is *plain* if its sums stay below 2^30 in magnitude and its scale shifts to the right, in double rounding.
 * Nearly all are, and for them a few instructions without a branch give the value of slt_requantize().
 */
#ifndef SLT_OUTPUT_STAGE_H_
#define SLT_OUTPUT_STAGE_H_

#include "slt_dsp.h"
#include "slt_fixed_point.h"

/** What is the same for all channels of a layer. */
typedef struct {
  int32_t zero_point;
  int32_t act_min;
  int32_t act_max;
  int32_t rounding; /**< slt_rounding_t */
} slt_output_stage_t;

/** The scale of a plain channel. */
typedef struct {
  int32_t multiplier;
  int32_t right; /**< 0 to 31; 0 only with a multiplier of 0 */
  int32_t half;  /**< 2^(right - 1), or 0 */
} slt_plain_scale_t;

enum {
  kSltPlainLimit = 1 << 30,
  kSltLargestProduct = 255 * 128, /**< Input minus zero point, times a symmetric weight. */
};

/** Largest |bias| of a plain channel with `depth` products of at most `largest_product`; -1: no channel is plain. */
static inline int32_t slt_plain_bias_limit(int32_t depth, int32_t largest_product, int32_t rounding) {
  const int64_t rest = (int64_t)kSltPlainLimit - 1 - (int64_t)depth * largest_product;
  return rest < 0 || rounding != kSltDoubleRounding ? -1 : (int32_t)rest;
}

/** A channel that is always 0, whatever its bias, is plain too: networks with dead channels have many. */
static inline bool slt_is_plain(int32_t bias, int32_t bias_limit, int32_t multiplier, int32_t shift) {
  return (shift < 0 && bias <= bias_limit && bias >= -bias_limit) || (multiplier == 0 && shift <= 0 && bias_limit >= 0);
}

static inline slt_plain_scale_t slt_plain_scale(int32_t multiplier, int32_t shift) {
  const slt_plain_scale_t scale = {multiplier, -shift, (int32_t)((UINT32_C(1) << -shift) >> 1)};
  return scale;
}

/** value * multiplier / 2^31, ties towards plus infinity; |value| < 2^30, or a multiplier of 0. */
static inline int32_t slt_high_multiply_plain(int32_t value, int32_t multiplier) {
#if SLT_HAVE_DSP
  return slt_high_word_rounded(slt_shift_left_wrap(value, 1), multiplier);
#else
  return slt_high_multiply_small(value, multiplier);
#endif
}

/** slt_requantize() of a plain channel: ties of the shift go away from zero because negative values lose one first. */
static inline int32_t slt_rescale_plain(int32_t value, slt_plain_scale_t scale) {
  const int32_t product = slt_high_multiply_plain(value, scale.multiplier);
  return (product + (product >> 31) + scale.half) >> scale.right;
}

/** A scale that shifts to the right or not at all, for values below 2^30 in magnitude. */
typedef struct {
  int32_t multiplier;
  int32_t right; /**< 0 to 31 */
  int32_t half;  /**< 2^(right - 1), or 0 */
  int32_t ties;  /**< -1, or 0 where nothing is rounded */
} slt_right_scale_t;

static inline slt_right_scale_t slt_right_scale(int32_t multiplier, int32_t shift) {
  const slt_right_scale_t scale = {multiplier, -shift, (int32_t)((UINT32_C(1) << -shift) >> 1), shift < 0 ? -1 : 0};
  return scale;
}

static inline int32_t slt_rescale_right(int32_t value, slt_right_scale_t scale) {
  const int32_t product = slt_high_multiply_plain(value, scale.multiplier);
  return (product + ((product >> 31) & scale.ties) + scale.half) >> scale.right;
}

static inline int8_t slt_finish_plain(const slt_output_stage_t* stage, int32_t sum, slt_plain_scale_t scale) {
  return (int8_t)slt_clamp(slt_rescale_plain(sum, scale) + stage->zero_point, stage->act_min, stage->act_max);
}

/** Any channel. */
static inline int8_t slt_finish(const slt_output_stage_t* stage, int32_t sum, int32_t multiplier, int32_t shift) {
  const int32_t scaled = slt_requantize(sum, multiplier, shift, stage->rounding);
  return slt_to_int8(scaled, stage->zero_point, stage->act_min, stage->act_max);
}

#endif  // SLT_OUTPUT_STAGE_H_
