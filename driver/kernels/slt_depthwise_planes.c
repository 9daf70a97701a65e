// SPDX-License-Identifier: Apache-2.0
#include "slt_depthwise_planes.h"

#include <stddef.h>

enum { kWindow = 3 };

static int32_t rows_for(const slt_depthwise_conv2d_params_t* p, int32_t out_rows) {
  return (out_rows - 1) * p->stride_y + kWindow;
}

bool slt_planes_for(const slt_depthwise_conv2d_params_t* p, slt_planes_t* planes) {
  if (p->depth_multiplier != 1 || p->input_channels < kSltPlanes || p->kernel_height != kWindow ||
      p->kernel_width != kWindow || p->dilation_y != 1 || p->dilation_x != 1 || p->stride_x > 2) {
    return false;
  }
  // Outputs are computed in pairs, and a pair reads whole words.
  const int32_t pairs = (p->output_width + 1) / 2;
  const int32_t read = (2 * pairs - 1) * p->stride_x + kWindow + 1;
  const int32_t filled = p->pad_left + p->input_width;
  planes->width = (slt_max(read, filled) + 1) / 2 * 2;
  const int32_t row_bytes = planes->width * (kSltPlanes * 2);  // at most 2^20: extents are below 2^15
  if (row_bytes > kSltPlanesMost / kWindow) return false;
  planes->out_rows = slt_min(p->output_height, slt_max(1, (kSltPlanesWanted / row_bytes - kWindow) / p->stride_y + 1));
  planes->rows = rows_for(p, planes->out_rows);
  return true;
}

#if SLT_HAVE_DSP

typedef uint32_t __attribute__((may_alias)) word_t; /* two int16 of a plane */

/* What a row of outputs of one channel needs. */
typedef struct {
  uint32_t w01[kWindow]; /* of each kernel row: taps 0 and 1 */
  uint32_t w12[kWindow]; /* taps 1 and 2 */
  int32_t bias;
  slt_plain_scale_t scale;
  int32_t multiplier; /* for a channel that is not plain */
  int32_t shift;
  bool plain;
  slt_output_stage_t stage;
  int32_t output_step;
} channel_t;

static uint32_t two(int32_t bottom, int32_t top) { return ((uint32_t)bottom & 0xFFFFU) | (uint32_t)top << 16; }

static void load_channel(const slt_depthwise_layer_t* layer, int32_t channel, channel_t* c) {
  const int32_t step = layer->p->input_channels;
  const int8_t* w = layer->weights + channel;
  for (int32_t row = 0; row < kWindow; ++row) {
    c->w01[row] = two(w[0], w[step]);
    c->w12[row] = two(w[step], w[2 * step]);
    w += kWindow * step;
  }
  c->bias = layer->bias != NULL ? layer->bias[channel] : 0;
  c->multiplier = layer->multipliers[channel];
  c->shift = layer->shifts[channel];
  c->plain = slt_is_plain(c->bias, layer->bias_limit, c->multiplier, c->shift);
  if (c->plain) c->scale = slt_plain_scale(c->multiplier, c->shift);
  c->stage = layer->stage;
  c->output_step = step;
}

/* Values that are not filled are the padding. */
static void zero_planes(const slt_planes_t* planes, int16_t* to) {
  word_t* word = (word_t*)(void*)to;
  for (int32_t n = kSltPlanes * planes->rows * planes->width / 2; n > 0; --n) *word++ = 0U;
}

/* One row of the image, four channels from `input` on, into the planes from `to` on. */
static void fill_row(const slt_depthwise_conv2d_params_t* p, const slt_planes_t* planes, const int8_t* input,
                     int16_t* to) {
  const uint32_t offset = slt_both_halves(-p->input_zero_point);
  const int32_t plane = planes->rows * planes->width;
  const int32_t step = p->input_channels;
  int16_t* to1 = to + plane;
  int16_t* to2 = to1 + plane;
  int16_t* to3 = to2 + plane;
  for (int32_t x = p->input_width; x > 0; --x) {
    const uint32_t bytes = slt_load_bytes(input);
    const uint32_t even = slt_widen_even_add(offset, bytes);
    const uint32_t odd = slt_widen_odd_add(offset, bytes);
    input += step;
    *to++ = (int16_t)(uint16_t)even;
    *to1++ = (int16_t)(uint16_t)odd;
    *to2++ = (int16_t)(uint16_t)(even >> 16);
    *to3++ = (int16_t)(uint16_t)(odd >> 16);
  }
}

static void zero_row(const slt_planes_t* planes, int16_t* to) {
  for (int32_t i = 0; i < kSltPlanes; ++i) {
    word_t* word = (word_t*)(void*)to;
    for (int32_t n = planes->width / 2; n > 0; --n) *word++ = 0U;
    to += planes->rows * planes->width;
  }
}

/* The planes' rows for output rows from `first` on. Borders at the sides stay as they are. */
static void fill_planes(const slt_depthwise_layer_t* layer, const slt_planes_t* planes, int32_t channel, int32_t first,
                        int32_t out_rows, int16_t* values) {
  const slt_depthwise_conv2d_params_t* p = layer->p;
  int32_t y = first * p->stride_y - p->pad_top;
  for (int32_t row = rows_for(p, out_rows); row > 0; --row) {
    if (y >= 0 && y < p->input_height) {
      fill_row(p, planes, layer->input + y * p->input_width * p->input_channels + channel, values + p->pad_left);
    } else {
      zero_row(planes, values);
    }
    values += planes->width;
    ++y;
  }
}

static inline int8_t finish(const channel_t* c, int32_t sum, bool full_range) {
  const int32_t value = slt_rescale_plain(sum, c->scale) + c->stage.zero_point;
  return (int8_t)(full_range ? slt_saturate8(value) : slt_clamp(value, c->stage.act_min, c->stage.act_max));
}

SLT_NOINLINE static int8_t finish_rare(const channel_t* c, int32_t sum) {
  return slt_finish(&c->stage, sum, c->multiplier, c->shift);
}

/* How the sums of a row become outputs. */
typedef enum { kFullRange, kClamped, kRare } finish_t;

static inline int8_t finish_as(const channel_t* c, int32_t sum, finish_t how) {
  return how == kRare ? finish_rare(c, sum) : finish(c, sum, how == kFullRange);
}

/* A row of outputs, two at a time. */
static inline void convolve_row(const channel_t* c, const int16_t* values, int32_t width, int32_t stride,
                                int32_t outputs, int8_t* output, finish_t how) {
  const uint32_t a01 = c->w01[0];
  const uint32_t a12 = c->w12[0];
  const uint32_t b01 = c->w01[1];
  const uint32_t b12 = c->w12[1];
  const uint32_t c01 = c->w01[2];
  const uint32_t c12 = c->w12[2];
  const word_t* row0 = (const word_t*)(const void*)values;
  const word_t* row1 = row0 + width / 2;
  const word_t* row2 = row1 + width / 2;
  for (; outputs > 0; outputs -= 2) {
    int32_t first = c->bias;
    int32_t second = first;
    uint32_t x01 = row0[0];
    uint32_t x23 = row0[1];
    first = slt_multiply_bottom_top(x23, a12, slt_multiply_pairs(x01, a01, first));
    if (stride == 1) {
      second = slt_multiply_pairs(x23, a12, slt_multiply_top_bottom(x01, a01, second));
    } else {
      second = slt_multiply_bottom_top(row0[2], a12, slt_multiply_pairs(x23, a01, second));
    }
    x01 = row1[0];
    x23 = row1[1];
    first = slt_multiply_bottom_top(x23, b12, slt_multiply_pairs(x01, b01, first));
    if (stride == 1) {
      second = slt_multiply_pairs(x23, b12, slt_multiply_top_bottom(x01, b01, second));
    } else {
      second = slt_multiply_bottom_top(row1[2], b12, slt_multiply_pairs(x23, b01, second));
    }
    x01 = row2[0];
    x23 = row2[1];
    first = slt_multiply_bottom_top(x23, c12, slt_multiply_pairs(x01, c01, first));
    if (stride == 1) {
      second = slt_multiply_pairs(x23, c12, slt_multiply_top_bottom(x01, c01, second));
    } else {
      second = slt_multiply_bottom_top(row2[2], c12, slt_multiply_pairs(x23, c01, second));
    }
    row0 += stride;
    row1 += stride;
    row2 += stride;
    *output = finish_as(c, first, how);
    output += c->output_step;
    if (outputs > 1) *output = finish_as(c, second, how);
    output += c->output_step;
  }
}

typedef void (*row_t)(const channel_t*, const int16_t*, int32_t, int32_t, int8_t*);

/* One function for each kind of row, so that the loop decides nothing. */
#define ROW_FUNCTION(name, stride, how)                                                                    \
  SLT_NOINLINE static void name(const channel_t* c, const int16_t* values, int32_t width, int32_t outputs, \
                                int8_t* output) {                                                          \
    convolve_row(c, values, width, stride, outputs, output, how);                                          \
  }
ROW_FUNCTION(row_1_full, 1, kFullRange)
ROW_FUNCTION(row_1_clamped, 1, kClamped)
ROW_FUNCTION(row_1_rare, 1, kRare)
ROW_FUNCTION(row_2_full, 2, kFullRange)
ROW_FUNCTION(row_2_clamped, 2, kClamped)
ROW_FUNCTION(row_2_rare, 2, kRare)

static row_t row_function(const channel_t* c, int32_t stride) {
  static const row_t functions[2][3] = {{row_1_full, row_1_clamped, row_1_rare},
                                        {row_2_full, row_2_clamped, row_2_rare}};
  const bool full = c->stage.act_min == kSltInt8Min && c->stage.act_max == kSltInt8Max;
  return functions[stride - 1][!c->plain ? kRare : full ? kFullRange : kClamped];
}

int32_t slt_depthwise_planes(const slt_depthwise_layer_t* layer, const slt_planes_t* planes, void* scratch) {
  const slt_depthwise_conv2d_params_t* p = layer->p;
  int16_t* values = (int16_t*)scratch;
  zero_planes(planes, values);
  int32_t channel = 0;
  for (; channel + kSltPlanes <= p->input_channels; channel += kSltPlanes) {
    for (int32_t first = 0; first < p->output_height; first += planes->out_rows) {
      const int32_t out_rows = slt_min(planes->out_rows, p->output_height - first);
      fill_planes(layer, planes, channel, first, out_rows, values);
      for (int32_t i = 0; i < kSltPlanes; ++i) {
        channel_t c;
        load_channel(layer, channel + i, &c);
        const row_t row = row_function(&c, p->stride_x);
        const int16_t* in = values + i * planes->rows * planes->width;
        int8_t* out = layer->output + first * p->output_width * p->input_channels + channel + i;
        for (int32_t y = 0; y < out_rows; ++y) {
          row(&c, in, planes->width, p->output_width, out);
          in += p->stride_y * planes->width;
          out += p->output_width * p->input_channels;
        }
      }
    }
  }
  return channel;
}

#else

int32_t slt_depthwise_planes(const slt_depthwise_layer_t* layer, const slt_planes_t* planes, void* scratch) {
  (void)layer;
  (void)planes;
  (void)scratch;
  return 0;
}

#endif  // SLT_HAVE_DSP
