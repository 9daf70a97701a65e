// SPDX-License-Identifier: Apache-2.0
#include "slt_pool2d.h"

enum { kMaxWindowPixels = 1 << 23 };  // 2^23 int8 values sum to an int32

/* The first and the last window of an axis reach into the tensor, hence all in between do. */
static bool axis_ok(int32_t input, int32_t output, int32_t window, int32_t stride, int32_t pad) {
  return slt_dim_ok(window) && slt_dim_ok(stride) && slt_in_range(pad, 0, window - 1) &&
         (output - 1) * stride - pad < input;
}

bool slt_pool2d_params_ok(const slt_pool2d_params_t* p) {
  return slt_tensor_ok(1, p->input_height, p->input_width, p->channels) &&
         slt_tensor_ok(1, p->output_height, p->output_width, p->channels) &&
         axis_ok(p->input_height, p->output_height, p->window_height, p->stride_y, p->pad_top) &&
         axis_ok(p->input_width, p->output_width, p->window_width, p->stride_x, p->pad_left) &&
         slt_min(p->window_height, p->input_height) * slt_min(p->window_width, p->input_width) <= kMaxWindowPixels &&
         slt_activation_ok(p->act_min, p->act_max);
}

uint32_t slt_pool2d_input_bytes(const slt_pool2d_params_t* p) {
  return (uint32_t)(p->input_height * p->input_width * p->channels);
}

uint32_t slt_pool2d_output_bytes(const slt_pool2d_params_t* p) {
  return (uint32_t)(p->output_height * p->output_width * p->channels);
}
