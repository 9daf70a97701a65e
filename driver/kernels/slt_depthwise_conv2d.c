// SPDX-License-Identifier: Apache-2.0
#include "slt_depthwise_conv2d.h"

#include <stddef.h>

#include "slt_window.h"

bool slt_depthwise_conv2d_params_ok(const slt_depthwise_conv2d_params_t* p) {
  if (!slt_dim_ok(p->input_channels) || !slt_dim_ok(p->depth_multiplier)) return false;
  const int32_t channels = p->input_channels * p->depth_multiplier;
  return slt_tensor_ok(1, p->input_height, p->input_width, p->input_channels) &&
         slt_tensor_ok(1, p->output_height, p->output_width, channels) &&
         slt_tensor_ok(1, p->kernel_height, p->kernel_width, channels) && slt_dim_ok(p->stride_y) &&
         slt_dim_ok(p->stride_x) && slt_dim_ok(p->dilation_y) && slt_dim_ok(p->dilation_x) &&
         slt_in_range(p->pad_top, 0, kSltMaxDim) && slt_in_range(p->pad_left, 0, kSltMaxDim) &&
         slt_int8_ok(p->input_zero_point) && slt_int8_ok(p->output_zero_point) &&
         slt_activation_ok(p->act_min, p->act_max) && slt_rounding_ok(p->rounding);
}

int32_t slt_depthwise_conv2d_output_channels(const slt_depthwise_conv2d_params_t* p) {
  return p->input_channels * p->depth_multiplier;
}

uint32_t slt_depthwise_conv2d_input_bytes(const slt_depthwise_conv2d_params_t* p) {
  return (uint32_t)(p->input_height * p->input_width * p->input_channels);
}

uint32_t slt_depthwise_conv2d_weight_bytes(const slt_depthwise_conv2d_params_t* p) {
  return (uint32_t)(p->kernel_height * p->kernel_width * slt_depthwise_conv2d_output_channels(p));
}

uint32_t slt_depthwise_conv2d_output_bytes(const slt_depthwise_conv2d_params_t* p) {
  return (uint32_t)(p->output_height * p->output_width * slt_depthwise_conv2d_output_channels(p));
}

void slt_depthwise_conv2d(const slt_depthwise_conv2d_params_t* p, const int8_t* input, const int8_t* weights,
                          const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output) {
  const int32_t channels = slt_depthwise_conv2d_output_channels(p);
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, p->dilation_y, p->kernel_height, p->input_height);
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      const int32_t x0 = ox * p->stride_x - p->pad_left;
      const slt_taps_t cols = slt_valid_taps(x0, p->dilation_x, p->kernel_width, p->input_width);
      int32_t oc = 0;
      for (int32_t ic = 0; ic < p->input_channels; ++ic) {
        for (int32_t m = 0; m < p->depth_multiplier; ++m, ++oc) {
          int32_t sum = bias != NULL ? bias[oc] : 0;
          for (int32_t ky = rows.first; ky < rows.end; ++ky) {
            const int8_t* in = input + (y0 + ky * p->dilation_y) * p->input_width * p->input_channels + ic;
            const int8_t* w = weights + ky * p->kernel_width * channels + oc;
            for (int32_t kx = cols.first; kx < cols.end; ++kx) {
              const int32_t x = in[(x0 + kx * p->dilation_x) * p->input_channels] - p->input_zero_point;
              sum = slt_add_wrap(sum, x * w[kx * channels]);
            }
          }
          const int32_t scaled = slt_requantize(sum, multipliers[oc], shifts[oc], p->rounding);
          *output++ = slt_to_int8(scaled, p->output_zero_point, p->act_min, p->act_max);
        }
      }
    }
  }
}
