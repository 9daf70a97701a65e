// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * CONV_2D, int8: per-channel weights, stride, padding, dilation, groups.
 */
#ifndef SLT_CONV2D_H_
#define SLT_CONV2D_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Geometry and quantisation. Extents, strides and dilations are 1 to kSltMaxDim; padding is 0 to kSltMaxDim. */
typedef struct {
  int32_t input_height;
  int32_t input_width;
  int32_t input_channels;
  int32_t output_height;
  int32_t output_width;
  int32_t output_channels;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t kernel_channels; /**< input_channels / groups; the number of groups divides output_channels. */
  int32_t stride_y;
  int32_t stride_x;
  int32_t dilation_y;
  int32_t dilation_x;
  int32_t pad_top; /**< Input row of output row 0, kernel row 0, is -pad_top. */
  int32_t pad_left;
  int32_t input_zero_point; /**< -128 to 127; also the value of the padding. */
  int32_t output_zero_point;
  int32_t act_min; /**< Clamp of the output, -128 to 127. */
  int32_t act_max;
  int32_t rounding; /**< slt_rounding_t */
} slt_conv2d_params_t;

/** Whether every field is in its range. The functions below require it. */
bool slt_conv2d_params_ok(const slt_conv2d_params_t* params);

uint32_t slt_conv2d_input_bytes(const slt_conv2d_params_t* params);
uint32_t slt_conv2d_weight_bytes(const slt_conv2d_params_t* params);
uint32_t slt_conv2d_output_bytes(const slt_conv2d_params_t* params);
/** Working memory of a call. */
uint32_t slt_conv2d_scratch_bytes(const slt_conv2d_params_t* params);

/**
 * out[y][x][o] = clamp(requantize(bias[o] + sum (in - input_zero_point) * w, multipliers[o], shifts[o]) +
 * output_zero_point).
 *
 * @param input        NHWC, batch 1.
 * @param weights      OHWI, I = kernel_channels; symmetric.
 * @param bias         output_channels values, or NULL.
 * @param multipliers  output_channels values, 0 to 2^31 - 1: Q31 mantissa of input_scale * weight_scale / output_scale.
 * @param shifts       output_channels values, -31 to 30: its exponent.
 * @param output       NHWC, batch 1; must not overlap the input.
 * @param scratch      slt_conv2d_scratch_bytes() bytes at a multiple of 4 that overlap nothing else.
 */
void slt_conv2d(const slt_conv2d_params_t* params, const int8_t* input, const int8_t* weights, const int32_t* bias,
                const int32_t* multipliers, const int32_t* shifts, int8_t* output, void* scratch);

#ifdef __cplusplus
}
#endif

#endif  // SLT_CONV2D_H_
