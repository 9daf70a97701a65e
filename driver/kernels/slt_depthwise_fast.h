// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the kernels: DEPTHWISE_CONV_2D of four neighbouring channels at a time with DSP instructions.
 */
#ifndef SLT_DEPTHWISE_FAST_H_
#define SLT_DEPTHWISE_FAST_H_

#include "slt_depthwise_conv2d.h"
#include "slt_output_stage.h"

typedef struct {
  const slt_depthwise_conv2d_params_t* p;
  const int8_t* input;
  const int8_t* weights;
  const int32_t* bias; /**< Or NULL. */
  const int32_t* multipliers;
  const int32_t* shifts;
  int8_t* output;
  int32_t bias_limit; /**< slt_plain_bias_limit() */
  slt_output_stage_t stage;
} slt_depthwise_layer_t;

enum { kSltDepthwiseTapBytes = 8 /**< Working memory of a kernel tap: four int16 weights. */ };

/** Computes channels from 0 upwards. @return The first one that is left to do; 0 on cores without DSP instructions. */
int32_t slt_depthwise_fast(const slt_depthwise_layer_t* layer, void* scratch);

#endif  // SLT_DEPTHWISE_FAST_H_
