// SPDX-License-Identifier: Apache-2.0
#include "slt_conv2d.h"

#include <stddef.h>

#include "slt_window.h"

bool slt_conv2d_params_ok(const slt_conv2d_params_t* p) {
  if (!slt_tensor_ok(1, p->input_height, p->input_width, p->input_channels) ||
      !slt_tensor_ok(1, p->output_height, p->output_width, p->output_channels) ||
      !slt_tensor_ok(p->output_channels, p->kernel_height, p->kernel_width, p->kernel_channels)) {
    return false;
  }
  if (p->input_channels % p->kernel_channels != 0) return false;
  if (p->output_channels % (p->input_channels / p->kernel_channels) != 0) return false;
  return slt_dim_ok(p->stride_y) && slt_dim_ok(p->stride_x) && slt_dim_ok(p->dilation_y) && slt_dim_ok(p->dilation_x) &&
         slt_in_range(p->pad_top, 0, kSltMaxDim) && slt_in_range(p->pad_left, 0, kSltMaxDim) &&
         slt_int8_ok(p->input_zero_point) && slt_int8_ok(p->output_zero_point) &&
         slt_activation_ok(p->act_min, p->act_max) && slt_rounding_ok(p->rounding);
}

uint32_t slt_conv2d_input_bytes(const slt_conv2d_params_t* p) {
  return (uint32_t)(p->input_height * p->input_width * p->input_channels);
}

uint32_t slt_conv2d_weight_bytes(const slt_conv2d_params_t* p) {
  return (uint32_t)(p->output_channels * p->kernel_height * p->kernel_width * p->kernel_channels);
}

uint32_t slt_conv2d_output_bytes(const slt_conv2d_params_t* p) {
  return (uint32_t)(p->output_height * p->output_width * p->output_channels);
}

/* Sum over the taps inside the tensor; taps outside would contribute (zero point - zero point) * w = 0. */
static int32_t accumulate(const slt_conv2d_params_t* p, const int8_t* input, const int8_t* filter, int32_t y0,
                          int32_t x0, slt_taps_t rows, slt_taps_t cols) {
  int32_t sum = 0;
  for (int32_t ky = rows.first; ky < rows.end; ++ky) {
    for (int32_t kx = cols.first; kx < cols.end; ++kx) {
      const int32_t y = y0 + ky * p->dilation_y;
      const int32_t x = x0 + kx * p->dilation_x;
      const int8_t* in = input + (y * p->input_width + x) * p->input_channels;
      const int8_t* w = filter + (ky * p->kernel_width + kx) * p->kernel_channels;
      for (int32_t c = 0; c < p->kernel_channels; ++c) {
        sum = slt_add_wrap(sum, (in[c] - p->input_zero_point) * w[c]);
      }
    }
  }
  return sum;
}

void slt_conv2d(const slt_conv2d_params_t* p, const int8_t* input, const int8_t* weights, const int32_t* bias,
                const int32_t* multipliers, const int32_t* shifts, int8_t* output) {
  const int32_t filter_bytes = p->kernel_height * p->kernel_width * p->kernel_channels;
  const int32_t outputs_per_group = p->output_channels / (p->input_channels / p->kernel_channels);
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, p->dilation_y, p->kernel_height, p->input_height);
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      const int32_t x0 = ox * p->stride_x - p->pad_left;
      const slt_taps_t cols = slt_valid_taps(x0, p->dilation_x, p->kernel_width, p->input_width);
      const int8_t* group_input = input;
      int32_t left_in_group = outputs_per_group;
      for (int32_t oc = 0; oc < p->output_channels; ++oc) {
        if (left_in_group == 0) {
          group_input += p->kernel_channels;
          left_in_group = outputs_per_group;
        }
        --left_in_group;
        int32_t sum = accumulate(p, group_input, weights + oc * filter_bytes, y0, x0, rows, cols);
        if (bias != NULL) sum = slt_add_wrap(sum, bias[oc]);
        const int32_t scaled = slt_requantize(sum, multipliers[oc], shifts[oc], p->rounding);
        *output++ = slt_to_int8(scaled, p->output_zero_point, p->act_min, p->act_max);
      }
    }
  }
}
