// SPDX-License-Identifier: Apache-2.0
#define slt_max_pool_2d slt_own_max_pool_2d
#include "slt_max_pool_2d.c"
#undef slt_max_pool_2d

#include "slt_cmsis_common.h"

void slt_max_pool_2d(const slt_pool2d_params_t* params, const int8_t* input, int8_t* output);

void slt_max_pool_2d(const slt_pool2d_params_t* p, const int8_t* input, int8_t* output) {
  const cmsis_nn_pool_params params = {.stride = {.w = p->stride_x, .h = p->stride_y},
                                       .padding = {.w = p->pad_left, .h = p->pad_top},
                                       .activation = {.min = p->act_min, .max = p->act_max}};
  const cmsis_nn_dims input_dims = {.n = 1, .h = p->input_height, .w = p->input_width, .c = p->channels};
  const cmsis_nn_dims filter = {.n = 1, .h = p->window_height, .w = p->window_width, .c = 1};
  const cmsis_nn_dims output_dims = {.n = 1, .h = p->output_height, .w = p->output_width, .c = p->channels};
  const cmsis_nn_context no_buffer = {NULL, 0};
  if (arm_max_pool_s8(&no_buffer, &params, &input_dims, input, &filter, &output_dims, output) != ARM_CMSIS_NN_SUCCESS) {
    slt_own_max_pool_2d(p, input, output);
  }
}
