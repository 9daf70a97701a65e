// SPDX-License-Identifier: Apache-2.0
#include "slt_dsp.h"
#include "slt_pool2d.h"
#include "slt_window.h"

/* The pixels of one window that lie in the image. */
typedef struct {
  const int8_t* first; /* channel 0 of the first pixel */
  int32_t rows;
  int32_t cols;
  int32_t row_step;
  int32_t channels;
} window_t;

static int8_t mean(const slt_pool2d_params_t* p, int32_t sum, int32_t pixels) {
  const int32_t half = pixels / 2;
  // Every window holds a pixel (slt_pool2d_params_ok). NOLINTNEXTLINE(clang-analyzer-core.DivideZero)
  return (int8_t)slt_clamp((sum > 0 ? sum + half : sum - half) / pixels, p->act_min, p->act_max);
}

static int32_t sum_of_channel(const window_t* w, int32_t channel) {
  int32_t sum = 0;
  const int8_t* row = w->first + channel;
  for (int32_t y = 0; y < w->rows; ++y) {
    const int8_t* in = row;
    for (int32_t x = 0; x < w->cols; ++x) {
      sum += *in;
      in += w->channels;
    }
    row += w->row_step;
  }
  return sum;
}

#if SLT_HAVE_DSP

enum { kMaxHalfPixels = 256 }; /* int8 values that sum to an int16 */

/* Channels 0 to 3 of a window of at most kMaxHalfPixels. */
static void sums_of_four(const window_t* w, int32_t channel, int32_t sums[4]) {
  uint32_t even = 0;
  uint32_t odd = 0;
  const int8_t* row = w->first + channel;
  for (int32_t y = 0; y < w->rows; ++y) {
    const int8_t* in = row;
    for (int32_t x = 0; x < w->cols; ++x) {
      const uint32_t bytes = slt_load_bytes(in);
      even = slt_widen_even_add(even, bytes);
      odd = slt_widen_odd_add(odd, bytes);
      in += w->channels;
    }
    row += w->row_step;
  }
  sums[0] = (int16_t)(uint16_t)even;
  sums[1] = (int16_t)(uint16_t)odd;
  sums[2] = (int16_t)(uint16_t)(even >> 16);
  sums[3] = (int16_t)(uint16_t)(odd >> 16);
}

#endif

static void pool_window(const slt_pool2d_params_t* p, const window_t* w, int8_t* output) {
  const int32_t pixels = w->rows * w->cols;
  int32_t c = 0;
#if SLT_HAVE_DSP
  for (; pixels <= kMaxHalfPixels && c + 4 <= p->channels; c += 4) {
    int32_t sums[4];
    sums_of_four(w, c, sums);
    for (int32_t i = 0; i < 4; ++i) output[c + i] = mean(p, sums[i], pixels);
  }
#endif
  for (; c < p->channels; ++c) output[c] = mean(p, sum_of_channel(w, c), pixels);
}

void slt_average_pool_2d(const slt_pool2d_params_t* p, const int8_t* input, int8_t* output) {
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, 1, p->window_height, p->input_height);
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      const int32_t x0 = ox * p->stride_x - p->pad_left;
      const slt_taps_t cols = slt_valid_taps(x0, 1, p->window_width, p->input_width);
      const int32_t first = ((y0 + rows.first) * p->input_width + x0 + cols.first) * p->channels;
      const window_t window = {input + first, slt_tap_count(rows), slt_tap_count(cols), p->input_width * p->channels,
                               p->channels};
      pool_window(p, &window, output);
      output += p->channels;
    }
  }
}
