// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * ADD, int8, with broadcasting up to four dimensions.
 */
#ifndef SLT_ADD_H_
#define SLT_ADD_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { kSltAddLeftShift = 20 /**< Headroom given to both operands before they are scaled. */ };

/** One operand: real value = scale * (q - zero_point), scale relative to twice the larger operand scale. */
typedef struct {
  int32_t dims[4]; /**< Extents, outermost first, leading ones for missing dimensions; 1 repeats along that axis. */
  int32_t zero_point;
  int32_t multiplier; /**< Mantissa of input_scale / (2 * max(scale1, scale2)). */
  int32_t shift;      /**< Its exponent, -31 to 0. */
} slt_add_operand_t;

/** Operands and result. In each dimension the two extents are equal, or one of them is 1. */
typedef struct {
  slt_add_operand_t in1;
  slt_add_operand_t in2;
  int32_t output_zero_point;
  int32_t output_multiplier; /**< Mantissa of 2 * max(scale1, scale2) / (2^20 * output_scale). */
  int32_t output_shift;      /**< Its exponent, -31 to 0. */
  int32_t act_min;           /**< Clamp of the output, -128 to 127. */
  int32_t act_max;
  int32_t rounding; /**< slt_rounding_t */
} slt_add_params_t;

/** Whether every field is in its range. The functions below require it. */
bool slt_add_params_ok(const slt_add_params_t* params);

uint32_t slt_add_input1_bytes(const slt_add_params_t* params);
uint32_t slt_add_input2_bytes(const slt_add_params_t* params);
uint32_t slt_add_output_bytes(const slt_add_params_t* params);

/**
 * out = clamp(R(R((in1 - zp1) << 20) + R((in2 - zp2) << 20)) + output_zero_point), R the rescaling of each stage.
 *
 * @param output  May be the same address as an operand that is not repeated; must not overlap an operand otherwise.
 */
void slt_add(const slt_add_params_t* params, const int8_t* input1, const int8_t* input2, int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SLT_ADD_H_
