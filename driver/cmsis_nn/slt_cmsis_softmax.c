// SPDX-License-Identifier: Apache-2.0
#define slt_softmax slt_own_softmax
#include "slt_softmax.c"
#undef slt_softmax

#include "slt_cmsis_common.h"

void slt_softmax(const slt_softmax_params_t* params, const int8_t* input, int8_t* output);

void slt_softmax(const slt_softmax_params_t* p, const int8_t* input, int8_t* output) {
  if (p->rounding == kSltDoubleRounding) {
    arm_softmax_s8(input, p->rows, p->depth, p->input_multiplier, p->input_left_shift, p->diff_min, output);
  } else {
    slt_own_softmax(p, input, output);
  }
}
