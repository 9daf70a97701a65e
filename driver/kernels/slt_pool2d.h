// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * AVERAGE_POOL_2D and MAX_POOL_2D, int8. Padding takes no part: averages divide by the pixels inside the tensor.
 */
#ifndef SLT_POOL2D_H_
#define SLT_POOL2D_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Geometry. Extents and strides are 1 to kSltMaxDim; every window holds at least one pixel and at most 2^23. */
typedef struct {
  int32_t input_height;
  int32_t input_width;
  int32_t output_height;
  int32_t output_width;
  int32_t channels;
  int32_t window_height;
  int32_t window_width;
  int32_t stride_y;
  int32_t stride_x;
  int32_t pad_top; /**< Input row of output row 0, window row 0, is -pad_top; less than window_height. */
  int32_t pad_left;
  int32_t act_min; /**< Clamp of the output, -128 to 127. */
  int32_t act_max;
} slt_pool2d_params_t;

/** Whether every field is in its range. The functions below require it. */
bool slt_pool2d_params_ok(const slt_pool2d_params_t* params);

uint32_t slt_pool2d_input_bytes(const slt_pool2d_params_t* params);
uint32_t slt_pool2d_output_bytes(const slt_pool2d_params_t* params);

/** Mean of the window, ties away from zero, clamped. NHWC, batch 1; output and input must not overlap. */
void slt_average_pool_2d(const slt_pool2d_params_t* params, const int8_t* input, int8_t* output);

/** Maximum of the window, clamped. NHWC, batch 1; output and input must not overlap. */
void slt_max_pool_2d(const slt_pool2d_params_t* params, const int8_t* input, int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SLT_POOL2D_H_
