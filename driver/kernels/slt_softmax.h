// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * SOFTMAX over the last dimension, int8 to int8 (output scale 1/256, zero point -128), in fixed point.
 *
 * With d = in - max(row), a value is exp(beta * scale * d), in Q5.26 before the exponential. Parameters, in double:
 *
 *     factor        = min(beta * input_scale * 2^26, 2^31 - 1)                  must be above 1
 *     multiplier    = round(fraction * 2^31), input_left_shift = exponent       of factor = fraction * 2^exponent,
 *                                                                               fraction in [0.5, 1)
 *     diff_min      = -floor(31 * 2^26 / 2^input_left_shift)                    values further below the maximum give
 * -128
 */
#ifndef SLT_SOFTMAX_H_
#define SLT_SOFTMAX_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { kSltSoftmaxMaxDepth = 4095 /**< The sum of exponentials is kept in Q12.19. */ };

typedef struct {
  int32_t rows;             /**< Product of all dimensions but the last, at least 1. */
  int32_t depth;            /**< Last dimension, 1 to kSltSoftmaxMaxDepth. */
  int32_t input_multiplier; /**< 2^30 to 2^31 - 1. */
  int32_t input_left_shift; /**< 0 to 30. */
  int32_t diff_min;         /**< At most 0, at least the formula above. */
  int32_t rounding;         /**< slt_rounding_t, of the rescaling of d; the rest is the same in both modes. */
} slt_softmax_params_t;

/** Whether every field is in its range. The functions below require it. */
bool slt_softmax_params_ok(const slt_softmax_params_t* params);

/** Size of the input and of the output. */
uint32_t slt_softmax_bytes(const slt_softmax_params_t* params);

/**
 * out = -128 + round(256 * exp(d) / sum of exp(d)), at most 127. Output may be the same address as input.
 *
 * A row whose sum of exponentials reaches 512 gives -128, which is the rounded value; TensorFlow Lite Micro has no
 * result there, its kernel stops at an assertion.
 */
void slt_softmax(const slt_softmax_params_t* params, const int8_t* input, int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SLT_SOFTMAX_H_
