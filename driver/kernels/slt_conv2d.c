// SPDX-License-Identifier: Apache-2.0
#include "slt_conv2d.h"

#include <stddef.h>

#include "slt_matmul.h"
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

static int32_t filter_depth(const slt_conv2d_params_t* p) {
  return p->kernel_height * p->kernel_width * p->kernel_channels;
}

/* Whether strings of values that are neighbours in the input are whole units, and so are those of padding. */
static bool whole_units(const slt_conv2d_params_t* p) { return p->kernel_channels % kSltUnit == 0; }

/* Bytes of one column, to a whole unit. */
static uint32_t column_bytes(int32_t depth) {
  return ((uint32_t)depth + kSltLargestUnit - 1U) & ~(kSltLargestUnit - 1U);
}

/* Columns; behind them, where strings may not be whole units, the bytes of one column. */
uint32_t slt_conv2d_scratch_bytes(const slt_conv2d_params_t* p) {
  const int32_t depth = filter_depth(p);
  const uint64_t bytes = (uint64_t)slt_columns_bytes(depth, kSltMostBlockColumns) +
                         (p->kernel_channels % kSltLargestUnit == 0 ? 0U : column_bytes(depth));
  return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

/* The window of one output pixel in one group of channels. */
typedef struct {
  const int8_t* input; /* first channel of the group of pixel (0, 0) */
  int32_t y0;          /* input row and column of tap (0, 0) */
  int32_t x0;
  slt_taps_t rows; /* taps inside the input */
  slt_taps_t cols;
} window_t;

static inline const int8_t* tap(const slt_conv2d_params_t* p, const window_t* w, int32_t ky, int32_t kx) {
  const int32_t y = w->y0 + ky * p->dilation_y;
  const int32_t x = w->x0 + kx * p->dilation_x;
  return w->input + (y * p->input_width + x) * p->input_channels;
}

/* Taps of a row that are neighbours in the input, as one string; otherwise each tap is one. */
static bool rows_are_strings(const slt_conv2d_params_t* p) {
  return p->dilation_x == 1 && p->kernel_channels == p->input_channels;
}

static void gather_units(const slt_conv2d_params_t* p, const window_t* w, int16_t* values, int32_t column,
                         int32_t columns) {
  const int32_t tap_units = p->kernel_channels / kSltUnit;
  const int32_t row_units = p->kernel_width * tap_units;
  const int32_t width = slt_tap_count(w->cols);
  int16_t* to = slt_zero_units(w->rows.first * row_units, values + column * kSltUnit, columns);
  for (int32_t ky = w->rows.first; ky < w->rows.end; ++ky) {
    to = slt_zero_units(w->cols.first * tap_units, to, columns);
    if (rows_are_strings(p)) {
      to = slt_widen_units(tap(p, w, ky, w->cols.first), width * tap_units, p->input_zero_point, to, columns);
    } else {
      for (int32_t kx = w->cols.first; kx < w->cols.end; ++kx) {
        to = slt_widen_units(tap(p, w, ky, kx), tap_units, p->input_zero_point, to, columns);
      }
    }
    to = slt_zero_units((p->kernel_width - width - w->cols.first) * tap_units, to, columns);
  }
  const int32_t height = slt_tap_count(w->rows);
  (void)slt_zero_units((p->kernel_height - height - w->rows.first) * row_units, to, columns);
}

static int8_t* copy_bytes(const int8_t* from, int32_t count, int8_t* to) {
#if SLT_HAVE_DSP
  for (; count >= 4; count -= 4) {
    __builtin_memcpy(to, from, 4);
    from += 4;
    to += 4;
  }
#endif
  for (; count > 0; --count) *to++ = *from++;
  return to;
}

static int8_t* fill_bytes(int32_t value, int32_t count, int8_t* to) {
  for (; count > 0; --count) *to++ = (int8_t)value;
  return to;
}

static void gather_bytes(const slt_conv2d_params_t* p, const window_t* w, int8_t* to) {
  const int32_t row_bytes = p->kernel_width * p->kernel_channels;
  const int32_t width = slt_tap_count(w->cols);
  const int32_t height = slt_tap_count(w->rows);
  to = fill_bytes(p->input_zero_point, w->rows.first * row_bytes, to);
  for (int32_t ky = w->rows.first; ky < w->rows.end; ++ky) {
    to = fill_bytes(p->input_zero_point, w->cols.first * p->kernel_channels, to);
    if (rows_are_strings(p)) {
      to = copy_bytes(tap(p, w, ky, w->cols.first), width * p->kernel_channels, to);
    } else {
      for (int32_t kx = w->cols.first; kx < w->cols.end; ++kx)
        to = copy_bytes(tap(p, w, ky, kx), p->kernel_channels, to);
    }
    to = fill_bytes(p->input_zero_point, (p->kernel_width - width - w->cols.first) * p->kernel_channels, to);
  }
  (void)fill_bytes(p->input_zero_point, (p->kernel_height - height - w->rows.first) * row_bytes, to);
}

/* What a call works with, and where in the output it is. */
typedef struct {
  const slt_conv2d_params_t* p;
  const int8_t* input; /* of the group */
  int16_t* values;     /* scratch: columns */
  int8_t* bytes;       /* scratch: one column, filled to a whole unit */
  int32_t depth;       /* of a column */
  int32_t oy;
  int32_t ox;
  window_t window; /* of this output pixel; columns as long as none is in the padding */
} walk_t;

/* The window of the first pixel of an output row. */
static void start_row(walk_t* walk) {
  const slt_conv2d_params_t* p = walk->p;
  walk->ox = 0;
  walk->window.input = walk->input;
  walk->window.y0 = walk->oy * p->stride_y - p->pad_top;
  walk->window.x0 = -p->pad_left;
  walk->window.rows = slt_valid_taps(walk->window.y0, p->dilation_y, p->kernel_height, p->input_height);
}

static void gather_next(walk_t* walk, int32_t column, int32_t columns) {
  const slt_conv2d_params_t* p = walk->p;
  window_t* w = &walk->window;
  w->cols.first = 0;
  w->cols.end = p->kernel_width;
  if (w->x0 < 0 || w->x0 + (p->kernel_width - 1) * p->dilation_x >= p->input_width) {
    w->cols = slt_valid_taps(w->x0, p->dilation_x, p->kernel_width, p->input_width);
  }
  if (whole_units(p)) {
    gather_units(p, w, walk->values, column, columns);
  } else {
    gather_bytes(p, w, walk->bytes);
    (void)slt_widen_units(walk->bytes, slt_units(walk->depth), p->input_zero_point, walk->values + column * kSltUnit,
                          columns);
  }
  w->x0 += p->stride_x;
  if (++walk->ox == p->output_width) {
    ++walk->oy;
    start_row(walk);
  }
}

static void convolve_group(walk_t* walk, const slt_filters_t* filters, int8_t* output) {
  const int32_t step = walk->p->output_channels;
  int32_t pixels = walk->p->output_height * walk->p->output_width;
  while (pixels >= kSltLeastInBlock) {
    const int32_t used = slt_min(pixels, kSltBlockColumns);
    for (int32_t c = 0; c < used; ++c) gather_next(walk, c, kSltBlockColumns);
    slt_multiply_block(filters, walk->values, used, output, step);
    output += used * step;
    pixels -= used;
  }
  for (; pixels > 0; --pixels) {
    gather_next(walk, 0, 1);
    slt_multiply_column(filters, walk->values, output);
    output += step;
  }
}

void slt_conv2d(const slt_conv2d_params_t* p, const int8_t* input, const int8_t* weights, const int32_t* bias,
                const int32_t* multipliers, const int32_t* shifts, int8_t* output, void* scratch) {
  const int32_t depth = filter_depth(p);
  const int32_t groups = p->input_channels / p->kernel_channels;
  slt_filters_t filters = {
      .depth = depth,
      .filters = p->output_channels / groups,
      .weights = weights,
      .bias = bias,
      .multipliers = multipliers,
      .shifts = shifts,
      .scale_step = 1,
      .correction = 0,
      .bias_limit = slt_plain_bias_limit(depth, kSltLargestProduct, p->rounding),
      .all_plain = false,
      .stage = {p->output_zero_point, p->act_min, p->act_max, p->rounding},
  };
  walk_t walk;
  walk.p = p;
  walk.input = input;
  walk.values = (int16_t*)scratch;
  walk.bytes = (int8_t*)scratch + slt_columns_bytes(depth, kSltBlockColumns);
  walk.depth = depth;
  if (!whole_units(p)) {
    (void)fill_bytes(p->input_zero_point, slt_units(depth) * kSltUnit - depth, walk.bytes + depth);
  }
  for (int32_t group = 0; group < groups; ++group) {
    filters.all_plain = slt_all_plain(&filters);
    walk.oy = 0;
    start_row(&walk);
    convolve_group(&walk, &filters, output + group * filters.filters);
    walk.input += p->kernel_channels;
    filters.weights += filters.filters * depth;
    if (bias != NULL) filters.bias += filters.filters;
    filters.multipliers += filters.filters;
    filters.shifts += filters.filters;
  }
}
