// SPDX-License-Identifier: Apache-2.0
/*
 * Channels outermost: the weights, biases and scales of four channels are read from flash once, widened, and used for
 * all pixels.
 */
#include "slt_depthwise_fast.h"

#include <stddef.h>

#include "slt_window.h"

#if SLT_HAVE_DSP

typedef uint32_t __attribute__((may_alias)) word_t; /* two int16 weights */

/* Words of a tap: channels 0 and 2, channels 1 and 3. */
enum { kTapWords = kSltDepthwiseTapBytes / 4 };

typedef struct {
  int32_t c0, c1, c2, c3;
} sums_t;

typedef struct {
  sums_t bias;
  slt_plain_scale_t scale[4];
  bool plain;
  const int32_t* multipliers; /* of the first channel; for channels that are not plain */
  const int32_t* shifts;
} channels_t;

static void widen_weights(const slt_depthwise_conv2d_params_t* p, const int8_t* weights, word_t* widened) {
  for (int32_t tap = p->kernel_height * p->kernel_width; tap > 0; --tap) {
    const uint32_t bytes = slt_load_bytes(weights);
    widened[0] = slt_widen_even(bytes);
    widened[1] = slt_widen_odd(bytes);
    widened += kTapWords;
    weights += p->input_channels;
  }
}

static void load_channels(const slt_depthwise_layer_t* layer, int32_t first, channels_t* channels) {
  int32_t bias[4];
  channels->plain = true;
  channels->multipliers = layer->multipliers + first;
  channels->shifts = layer->shifts + first;
  for (int32_t c = 0; c < 4; ++c) {
    bias[c] = layer->bias != NULL ? layer->bias[first + c] : 0;
    if (!slt_is_plain(bias[c], layer->bias_limit, channels->multipliers[c], channels->shifts[c])) {
      channels->plain = false;
    } else {
      channels->scale[c] = slt_plain_scale(channels->multipliers[c], channels->shifts[c]);
    }
  }
  channels->bias = (sums_t){bias[0], bias[1], bias[2], bias[3]};
}

static inline void add_tap(sums_t* s, const int8_t* input, const word_t* weights, uint32_t offset) {
  const uint32_t bytes = slt_load_bytes(input);
  const uint32_t even = slt_widen_even_add(offset, bytes);
  const uint32_t odd = slt_widen_odd_add(offset, bytes);
  s->c0 = slt_multiply_bottom(even, weights[0], s->c0);
  s->c2 = slt_multiply_top(even, weights[0], s->c2);
  s->c1 = slt_multiply_bottom(odd, weights[1], s->c1);
  s->c3 = slt_multiply_top(odd, weights[1], s->c3);
}

SLT_NOINLINE static void finish_rare(const slt_output_stage_t* stage, const channels_t* ch, sums_t s, int8_t* out) {
  out[0] = slt_finish(stage, s.c0, ch->multipliers[0], ch->shifts[0]);
  out[1] = slt_finish(stage, s.c1, ch->multipliers[1], ch->shifts[1]);
  out[2] = slt_finish(stage, s.c2, ch->multipliers[2], ch->shifts[2]);
  out[3] = slt_finish(stage, s.c3, ch->multipliers[3], ch->shifts[3]);
}

static inline void finish_four(const slt_output_stage_t* stage, const channels_t* ch, const sums_t* s, int8_t* out) {
  if (ch->plain) {
    out[0] = slt_finish_plain(stage, s->c0, ch->scale[0]);
    out[1] = slt_finish_plain(stage, s->c1, ch->scale[1]);
    out[2] = slt_finish_plain(stage, s->c2, ch->scale[2]);
    out[3] = slt_finish_plain(stage, s->c3, ch->scale[3]);
  } else {
    finish_rare(stage, ch, *s, out);
  }
}

/* Taps [cols.first, cols.end) of rows [rows.first, rows.end); `input` and `weights` are those of the first of them. */
static inline void add_window(sums_t* s, const slt_depthwise_conv2d_params_t* p, const int8_t* input,
                              const word_t* weights, int32_t rows, int32_t cols, uint32_t offset) {
  const int32_t tap_step = p->dilation_x * p->input_channels;
  const int32_t row_step = p->dilation_y * p->input_width * p->input_channels;
  for (; rows > 0; --rows) {
    if (cols == 3) {
      add_tap(s, input, weights, offset);
      add_tap(s, input + tap_step, weights + kTapWords, offset);
      add_tap(s, input + 2 * tap_step, weights + 2 * kTapWords, offset);
    } else {
      const int8_t* in = input;
      const word_t* w = weights;
      for (int32_t n = cols; n > 0; --n) {
        add_tap(s, in, w, offset);
        in += tap_step;
        w += kTapWords;
      }
    }
    input += row_step;
    weights += p->kernel_width * kTapWords;
  }
}

static void convolve_four(const slt_depthwise_layer_t* layer, int32_t first, const channels_t* ch,
                          const word_t* weights) {
  const slt_depthwise_conv2d_params_t* p = layer->p;
  const uint32_t offset = slt_both_halves(-p->input_zero_point);
  const int32_t last_tap = (p->kernel_width - 1) * p->dilation_x;
  int8_t* out = layer->output + first;
  for (int32_t oy = 0; oy < p->output_height; ++oy) {
    const int32_t y0 = oy * p->stride_y - p->pad_top;
    const slt_taps_t rows = slt_valid_taps(y0, p->dilation_y, p->kernel_height, p->input_height);
    const int8_t* row = layer->input + (y0 + rows.first * p->dilation_y) * p->input_width * p->input_channels + first;
    const word_t* row_weights = weights + rows.first * p->kernel_width * kTapWords;
    int32_t x0 = -p->pad_left;
    for (int32_t ox = 0; ox < p->output_width; ++ox) {
      slt_taps_t cols = {0, p->kernel_width};
      if (x0 < 0 || x0 + last_tap >= p->input_width) {
        cols = slt_valid_taps(x0, p->dilation_x, p->kernel_width, p->input_width);
      }
      sums_t s = ch->bias;
      if (slt_tap_count(cols) > 0) {
        add_window(&s, p, row + (x0 + cols.first * p->dilation_x) * p->input_channels,
                   row_weights + cols.first * kTapWords, slt_tap_count(rows), slt_tap_count(cols), offset);
      }
      finish_four(&layer->stage, ch, &s, out);
      out += p->input_channels;
      x0 += p->stride_x;
    }
  }
}

int32_t slt_depthwise_fast(const slt_depthwise_layer_t* layer, void* scratch) {
  if (layer->p->depth_multiplier != 1) return 0;
  word_t* weights = (word_t*)scratch;
  int32_t first = 0;
  for (; first + 4 <= layer->p->input_channels; first += 4) {
    channels_t channels;
    load_channels(layer, first, &channels);
    widen_weights(layer->p, layer->weights + first, weights);
    convolve_four(layer, first, &channels, weights);
  }
  return first;
}

#else

int32_t slt_depthwise_fast(const slt_depthwise_layer_t* layer, void* scratch) {
  (void)layer;
  (void)scratch;
  return 0;
}

#endif  // SLT_HAVE_DSP
