// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>

#include "slt_depthwise_planes.h"

#if !SLT_HAVE_DSP

void slt_fill_planes_row(const slt_depthwise_conv2d_params_t* p, const slt_planes_t* planes, const int8_t* input,
                         int16_t* to) {
  const int32_t zero_point = p->input_zero_point;
  const int32_t step = p->input_channels;
  for (int32_t i = 0; i < kSltPlanes; ++i) {
    const int8_t* in = input + i;
    int16_t* out = to;
    for (int32_t x = p->input_width; x > 0; --x) {
      *out++ = (int16_t)(*in - zero_point);
      in += step;
    }
    to += planes->rows * planes->width;
  }
}

/* Products of one kernel row. */
static inline uint32_t row_of(const int16_t* x, const int32_t* taps) {
  return (uint32_t)(x[0] * taps[0] + x[1] * taps[1] + x[2] * taps[2]);
}

void slt_convolve_plane(const slt_depthwise_layer_t* layer, int32_t channel, const slt_plane_rows_t* rows) {
  const slt_depthwise_conv2d_params_t* p = layer->p;
  const int32_t step = p->input_channels;
  int32_t taps[kSltWindow * kSltWindow];
  for (int32_t i = 0; i < kSltWindow * kSltWindow; ++i) taps[i] = layer->weights[i * step + channel];
  const int32_t bias = layer->bias != NULL ? layer->bias[channel] : 0;
  const int32_t multiplier = layer->multipliers[channel];
  const int32_t shift = layer->shifts[channel];
  const bool plain = slt_is_plain(bias, layer->bias_limit, multiplier, shift);
  const slt_plain_scale_t scale = plain ? slt_plain_scale(multiplier, shift) : (slt_plain_scale_t){0, 0, 0};
  const int16_t* values = rows->values;
  int8_t* output = rows->output;
  for (int32_t n = rows->rows; n > 0; --n) {
    const int16_t* x0 = values;
    const int16_t* x1 = x0 + rows->width;
    const int16_t* x2 = x1 + rows->width;
    for (int32_t left = rows->outputs; left > 0; --left) {
      const uint32_t sum =
          (uint32_t)bias + row_of(x0, taps) + row_of(x1, taps + kSltWindow) + row_of(x2, taps + 2 * kSltWindow);
      x0 += p->stride_x;
      x1 += p->stride_x;
      x2 += p->stride_x;
      *output = plain ? slt_finish_plain(&layer->stage, (int32_t)sum, scale)
                      : slt_finish(&layer->stage, (int32_t)sum, multiplier, shift);
      output += step;
    }
    values += rows->row_step;
  }
}

#endif  // !SLT_HAVE_DSP
