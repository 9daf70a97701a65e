// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * FULLY_CONNECTED, int8: one scale for the tensor or one per output.
 */
#ifndef SLT_FULLY_CONNECTED_H_
#define SLT_FULLY_CONNECTED_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Geometry and quantisation. */
typedef struct {
  int32_t rows;               /**< Input vectors, at least 1. */
  int32_t depth;              /**< Values of an input vector, at least 1. */
  int32_t units;              /**< Values of an output vector, at least 1. */
  int32_t per_channel;        /**< 0: multipliers and shifts have one entry; 1: `units` entries. */
  int32_t input_zero_point;   /**< -128 to 127. */
  int32_t weights_zero_point; /**< -128 to 127; 0 for symmetric weights. */
  int32_t output_zero_point;
  int32_t act_min; /**< Clamp of the output, -128 to 127. */
  int32_t act_max;
  int32_t rounding; /**< slt_rounding_t */
} slt_fully_connected_params_t;

/** Whether every field is in its range. The functions below require it. */
bool slt_fully_connected_params_ok(const slt_fully_connected_params_t* params);

/** Entries of the multiplier and shift tables. */
int32_t slt_fully_connected_scales(const slt_fully_connected_params_t* params);
uint32_t slt_fully_connected_input_bytes(const slt_fully_connected_params_t* params);
uint32_t slt_fully_connected_weight_bytes(const slt_fully_connected_params_t* params);
uint32_t slt_fully_connected_output_bytes(const slt_fully_connected_params_t* params);
/** Working memory of a call. */
uint32_t slt_fully_connected_scratch_bytes(const slt_fully_connected_params_t* params);

/**
 * out[r][n] = clamp(requantize(bias[n] + sum (in[r][k] - input_zero_point) * (w[n][k] - weights_zero_point)) +
 * output_zero_point).
 *
 * @param input        [rows][depth].
 * @param weights      [units][depth].
 * @param bias         `units` values, or NULL.
 * @param multipliers  slt_fully_connected_scales() values, 0 to 2^31 - 1.
 * @param shifts       As many, -31 to 30.
 * @param output       [rows][units]; must not overlap the input.
 * @param scratch      slt_fully_connected_scratch_bytes() bytes at a multiple of 4 that overlap nothing else.
 */
void slt_fully_connected(const slt_fully_connected_params_t* params, const int8_t* input, const int8_t* weights,
                         const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output,
                         void* scratch);

#ifdef __cplusplus
}
#endif

#endif  // SLT_FULLY_CONNECTED_H_
