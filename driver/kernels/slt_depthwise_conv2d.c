// SPDX-License-Identifier: Apache-2.0
#include "slt_depthwise_conv2d.h"

#include <stddef.h>

#include "slt_depthwise_planes.h"
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

uint32_t slt_depthwise_conv2d_scratch_bytes(const slt_depthwise_conv2d_params_t* p) {
  slt_planes_t planes;
  if (slt_planes_for(p, &planes)) return slt_planes_bytes(&planes);
  const uint64_t bytes = (uint64_t)(uint32_t)(p->kernel_height * p->kernel_width) * kSltDepthwiseTapBytes;
  return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

/* One output channel, and the input channel it sees. */
static void convolve_channel(const slt_depthwise_layer_t* layer, int32_t channel, int32_t input_channel) {
  const slt_depthwise_conv2d_params_t* p = layer->p;
  const int32_t channels = slt_depthwise_conv2d_output_channels(p);
  const int32_t bias = layer->bias != NULL ? layer->bias[channel] : 0;
  const int32_t multiplier = layer->multipliers[channel];
  const int32_t shift = layer->shifts[channel];
  const bool plain = slt_is_plain(bias, layer->bias_limit, multiplier, shift);
  const slt_plain_scale_t scale = plain ? slt_plain_scale(multiplier, shift) : (slt_plain_scale_t){0, 0, 0};
  int8_t* out = layer->output + channel;
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, p->dilation_y, p->kernel_height, p->input_height);
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      const int32_t x0 = ox * p->stride_x - p->pad_left;
      const slt_taps_t cols = slt_valid_taps(x0, p->dilation_x, p->kernel_width, p->input_width);
      const int32_t x_first = x0 + cols.first * p->dilation_x;
      uint32_t sum = (uint32_t)bias;
      for (int32_t ky = rows.first; ky < rows.end; ++ky) {
        const int8_t* in =
            layer->input + ((y0 + ky * p->dilation_y) * p->input_width + x_first) * p->input_channels + input_channel;
        const int8_t* w = layer->weights + (ky * p->kernel_width + cols.first) * channels + channel;
        for (int32_t kx = cols.first; kx < cols.end; ++kx) {
          sum += (uint32_t)((*in - p->input_zero_point) * *w);
          in += p->dilation_x * p->input_channels;
          w += channels;
        }
      }
      *out = plain ? slt_finish_plain(&layer->stage, (int32_t)sum, scale)
                   : slt_finish(&layer->stage, (int32_t)sum, multiplier, shift);
      out += channels;
    }
  }
}

void slt_depthwise_conv2d(const slt_depthwise_conv2d_params_t* p, const int8_t* input, const int8_t* weights,
                          const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output,
                          void* scratch) {
  const slt_depthwise_layer_t layer = {
      .p = p,
      .input = input,
      .weights = weights,
      .bias = bias,
      .multipliers = multipliers,
      .shifts = shifts,
      .output = output,
      .bias_limit = slt_plain_bias_limit(p->kernel_height * p->kernel_width, kSltLargestProduct, p->rounding),
      .stage = {p->output_zero_point, p->act_min, p->act_max, p->rounding},
  };
  const int32_t channels = slt_depthwise_conv2d_output_channels(p);
  slt_planes_t planes;
  const int32_t done =
      slt_planes_for(p, &planes) ? slt_depthwise_planes(&layer, &planes, scratch) : slt_depthwise_fast(&layer, scratch);
  int32_t input_channel = 0;
  int32_t turn = 0;  // of depth_multiplier output channels of one input channel
  for (int32_t channel = done; channel < channels; ++channel) {
    if (p->depth_multiplier == 1) {
      input_channel = channel;
    } else if (turn == p->depth_multiplier) {
      turn = 0;
      ++input_channel;
    }
    ++turn;
    convolve_channel(&layer, channel, input_channel);
  }
}
