// SPDX-License-Identifier: Apache-2.0
#include "slt_pool2d.h"
#include "slt_window.h"

void slt_average_pool_2d(const slt_pool2d_params_t* p, const int8_t* input, int8_t* output) {
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, 1, p->window_height, p->input_height);
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      const int32_t x0 = ox * p->stride_x - p->pad_left;
      const slt_taps_t cols = slt_valid_taps(x0, 1, p->window_width, p->input_width);
      const int32_t pixels = (rows.end - rows.first) * (cols.end - cols.first);
      for (int32_t c = 0; c < p->channels; ++c) {
        int32_t sum = 0;
        for (int32_t y = y0 + rows.first; y < y0 + rows.end; ++y) {
          for (int32_t x = x0 + cols.first; x < x0 + cols.end; ++x) {
            sum += input[(y * p->input_width + x) * p->channels + c];
          }
        }
        const int32_t half = pixels / 2;
        // Every window holds a pixel (slt_pool2d_params_ok). NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
        const int32_t mean = (sum > 0 ? sum + half : sum - half) / pixels;
        *output++ = (int8_t)slt_clamp(mean, p->act_min, p->act_max);
      }
    }
  }
}
