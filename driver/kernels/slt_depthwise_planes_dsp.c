// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>

#include "slt_depthwise_planes.h"

#if SLT_HAVE_DSP

typedef uint32_t __attribute__((may_alias)) word_t; /* two int16 of a plane */

/* What the outputs of one channel need. */
typedef struct {
  uint32_t taps[kSltWindow][2]; /* of each kernel row: taps 0 and 1, taps 1 and 2; first, for the instructions below */
  int32_t bias;
  slt_plain_scale_t scale;
  int32_t multiplier; /* for a channel that is not plain */
  int32_t shift;
  bool plain;
  slt_output_stage_t stage;
  int32_t output_step;
} channel_t;

static uint32_t two(int32_t bottom, int32_t top) { return ((uint32_t)bottom & 0xFFFFU) | (uint32_t)top << 16; }

void slt_fill_planes_row(const slt_depthwise_conv2d_params_t* p, const slt_planes_t* planes, const int8_t* input,
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

static void load_channel(const slt_depthwise_layer_t* layer, int32_t channel, channel_t* c) {
  const int32_t step = layer->p->input_channels;
  const int8_t* w = layer->weights + channel;
  for (int32_t row = 0; row < kSltWindow; ++row) {
    c->taps[row][0] = two(w[0], w[step]);
    c->taps[row][1] = two(w[step], w[2 * step]);
    w += kSltWindow * step;
  }
  c->bias = layer->bias != NULL ? layer->bias[channel] : 0;
  c->multiplier = layer->multipliers[channel];
  c->shift = layer->shifts[channel];
  c->plain = slt_is_plain(c->bias, layer->bias_limit, c->multiplier, c->shift);
  if (c->plain) c->scale = slt_plain_scale(c->multiplier, c->shift);
  c->stage = layer->stage;
  c->output_step = step;
}

/* Sums of two neighbouring outputs. */
typedef struct {
  int32_t first, second;
} pair_t;

/*
 * Adds one kernel row (`row`, 0 to 2) to the sums of two outputs; `x` moves on to the next two. The outputs lie
 * `stride` pixels apart. In assembly for the order: loads behind loads take one cycle.
 */
#if defined(SLT_DSP_EMULATION)
#define ADD_ROW(c, row, s, x, stride) add_row((c)->taps[row], &(s), &(x), stride)
static inline void add_row(const uint32_t* taps, pair_t* s, const word_t** x, int32_t stride) {
  const uint32_t x01 = (*x)[0];
  const uint32_t x23 = (*x)[1];
  s->first = slt_multiply_bottom_top(x23, taps[1], slt_multiply_pairs(x01, taps[0], s->first));
  if (stride == 1) {
    s->second = slt_multiply_pairs(x23, taps[1], slt_multiply_top_bottom(x01, taps[0], s->second));
  } else {
    s->second = slt_multiply_bottom_top((*x)[2], taps[1], slt_multiply_pairs(x23, taps[0], s->second));
  }
  *x += stride;
}
#else
#define ADD_ROW(c, row, s, x, stride)                                                                        \
  do {                                                                                                       \
    uint32_t x01, x23, x45, w01, w12;                                                                        \
    if ((stride) == 1) {                                                                                     \
      __asm volatile(                                                                                        \
          "ldr %[x01], [%[from]], #4\n\t"                                                                    \
          "ldr %[x23], [%[from]]\n\t"                                                                        \
          "ldr %[w01], [%[taps], %[at]]\n\t"                                                                 \
          "ldr %[w12], [%[taps], %[at] + 4]\n\t"                                                             \
          "smlad %[s0], %[x01], %[w01], %[s0]\n\t"                                                           \
          "smlatb %[s1], %[x01], %[w01], %[s1]\n\t"                                                          \
          "smlabt %[s0], %[x23], %[w12], %[s0]\n\t"                                                          \
          "smlad %[s1], %[x23], %[w12], %[s1]"                                                               \
          : [s0] "+r"((s).first), [s1] "+r"((s).second), [from] "+r"(x), [x01] "=&r"(x01), [x23] "=&r"(x23), \
            [w01] "=&r"(w01), [w12] "=&r"(w12)                                                               \
          : [taps] "r"(c), [at] "i"(8 * (row)));                                                             \
    } else {                                                                                                 \
      __asm volatile(                                                                                        \
          "ldr %[x01], [%[from]], #8\n\t"                                                                    \
          "ldr %[x23], [%[from], #-4]\n\t"                                                                   \
          "ldr %[x45], [%[from]]\n\t"                                                                        \
          "ldr %[w01], [%[taps], %[at]]\n\t"                                                                 \
          "ldr %[w12], [%[taps], %[at] + 4]\n\t"                                                             \
          "smlad %[s0], %[x01], %[w01], %[s0]\n\t"                                                           \
          "smlad %[s1], %[x23], %[w01], %[s1]\n\t"                                                           \
          "smlabt %[s0], %[x23], %[w12], %[s0]\n\t"                                                          \
          "smlabt %[s1], %[x45], %[w12], %[s1]"                                                              \
          : [s0] "+r"((s).first), [s1] "+r"((s).second), [from] "+r"(x), [x01] "=&r"(x01), [x23] "=&r"(x23), \
            [x45] "=&r"(x45), [w01] "=&r"(w01), [w12] "=&r"(w12)                                             \
          : [taps] "r"(c), [at] "i"(8 * (row)));                                                             \
    }                                                                                                        \
  } while (0)
#endif

SLT_NOINLINE static int8_t finish_rare(const channel_t* c, int32_t sum) {
  return slt_finish(&c->stage, sum, c->multiplier, c->shift);
}

/* How the sums of a channel become outputs. */
typedef enum { kFullRange, kClamped, kRare } finish_t;

static inline int32_t finish_as(const channel_t* c, int32_t sum, finish_t how) {
  if (how == kRare) return finish_rare(c, sum);
  const int32_t value = slt_rescale_plain(sum, c->scale) + c->stage.zero_point;
  return how == kFullRange ? slt_saturate8(value) : slt_clamp(value, c->stage.act_min, c->stage.act_max);
}

static inline void convolve_rows(const channel_t* c, const slt_plane_rows_t* r, int32_t stride, finish_t how) {
  const int32_t step = c->output_step;
  const int16_t* values = r->values;
  int8_t* output = r->output;
  for (int32_t rows = r->rows; rows > 0; --rows) {
    const word_t* x0 = (const word_t*)(const void*)values;
    const word_t* x1 = x0 + r->width / 2;
    const word_t* x2 = x1 + r->width / 2;
    int32_t left = r->outputs;
    for (; left > 1; left -= 2) {
      pair_t s = {c->bias, c->bias};
      ADD_ROW(c, 0, s, x0, stride);
      ADD_ROW(c, 1, s, x1, stride);
      ADD_ROW(c, 2, s, x2, stride);
      const int32_t first = finish_as(c, s.first, how);
      const int32_t second = finish_as(c, s.second, how);
      output[0] = (int8_t)first;
      output[step] = (int8_t)second;
      output += 2 * step;
    }
    if (left != 0) {
      pair_t s = {c->bias, c->bias};
      ADD_ROW(c, 0, s, x0, stride);
      ADD_ROW(c, 1, s, x1, stride);
      ADD_ROW(c, 2, s, x2, stride);
      *output = (int8_t)finish_as(c, s.first, how);
      output += step;
    }
    values += r->row_step;
  }
}

typedef void (*rows_function_t)(const channel_t*, const slt_plane_rows_t*);

/* One function for each kind of channel, so that the loop decides nothing. */
#define ROWS_FUNCTION(name, stride, how) \
  SLT_NOINLINE static void name(const channel_t* c, const slt_plane_rows_t* r) { convolve_rows(c, r, stride, how); }
ROWS_FUNCTION(rows_1_full, 1, kFullRange)
ROWS_FUNCTION(rows_1_clamped, 1, kClamped)
ROWS_FUNCTION(rows_1_rare, 1, kRare)
ROWS_FUNCTION(rows_2_full, 2, kFullRange)
ROWS_FUNCTION(rows_2_clamped, 2, kClamped)
ROWS_FUNCTION(rows_2_rare, 2, kRare)

static rows_function_t rows_function(const channel_t* c, int32_t stride) {
  static const rows_function_t functions[2][3] = {{rows_1_full, rows_1_clamped, rows_1_rare},
                                                  {rows_2_full, rows_2_clamped, rows_2_rare}};
  const bool full = c->stage.act_min == kSltInt8Min && c->stage.act_max == kSltInt8Max;
  return functions[stride - 1][!c->plain ? kRare : full ? kFullRange : kClamped];
}

void slt_convolve_plane(const slt_depthwise_layer_t* layer, int32_t channel, const slt_plane_rows_t* rows) {
  channel_t c;
  load_channel(layer, channel, &c);
  rows_function(&c, layer->p->stride_x)(&c, rows);
}

#endif  // SLT_HAVE_DSP
