// SPDX-License-Identifier: Apache-2.0
#define slt_add slt_own_add
#include "slt_add.c"
#undef slt_add

#include "slt_cmsis_common.h"

void slt_add(const slt_add_params_t* params, const int8_t* input1, const int8_t* input2, int8_t* output);

void slt_add(const slt_add_params_t* p, const int8_t* input1, const int8_t* input2, int8_t* output) {
  if (p->rounding == kSltDoubleRounding && same_dims(p) &&
      arm_elementwise_add_s8(input1, input2, -p->in1.zero_point, p->in1.multiplier, p->in1.shift, -p->in2.zero_point,
                             p->in2.multiplier, p->in2.shift, kSltAddLeftShift, output, p->output_zero_point,
                             p->output_multiplier, p->output_shift, p->act_min, p->act_max,
                             (int32_t)slt_add_output_bytes(p)) == ARM_CMSIS_NN_SUCCESS) {
    return;
  }
  slt_own_add(p, input1, input2, output);
}
