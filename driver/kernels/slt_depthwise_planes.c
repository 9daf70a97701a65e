// SPDX-License-Identifier: Apache-2.0
#include "slt_depthwise_planes.h"

static int32_t rows_for(const slt_depthwise_conv2d_params_t* p, int32_t out_rows) {
  return (out_rows - 1) * p->stride_y + kSltWindow;
}

bool slt_planes_for(const slt_depthwise_conv2d_params_t* p, slt_planes_t* planes) {
  if (p->depth_multiplier != 1 || p->input_channels < kSltPlanes || p->kernel_height != kSltWindow ||
      p->kernel_width != kSltWindow || p->dilation_y != 1 || p->dilation_x != 1 || p->stride_x > 2) {
    return false;
  }
  // Outputs are computed in pairs, and a pair reads whole words.
  const int32_t pairs = (p->output_width + 1) / 2;
  const int32_t read = (2 * pairs - 1) * p->stride_x + kSltWindow + 1;
  const int32_t filled = p->pad_left + p->input_width;
  planes->width = (slt_max(read, filled) + 1) / 2 * 2;
  const int32_t row_bytes = planes->width * (kSltPlanes * 2);  // at most 2^20: extents are below 2^15
  if (row_bytes > kSltPlanesMost / kSltWindow) return false;
  planes->out_rows =
      slt_min(p->output_height, slt_max(1, (kSltPlanesWanted / row_bytes - kSltWindow) / p->stride_y + 1));
  planes->rows = rows_for(p, planes->out_rows);
  return true;
}

/* Values that are not filled are the padding. */
static void zero_planes(const slt_planes_t* planes, int16_t* to) {
  for (int32_t n = kSltPlanes * planes->rows * planes->width; n > 0; --n) *to++ = 0;
}

static void zero_row(const slt_planes_t* planes, int16_t* to) {
  for (int32_t i = 0; i < kSltPlanes; ++i) {
    int16_t* plane = to;
    for (int32_t n = planes->width; n > 0; --n) *plane++ = 0;
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
      slt_fill_planes_row(p, planes, layer->input + y * p->input_width * p->input_channels + channel,
                          values + p->pad_left);
    } else {
      zero_row(planes, values);
    }
    values += planes->width;
    ++y;
  }
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
        const slt_plane_rows_t rows = {
            .values = values + i * planes->rows * planes->width,
            .width = planes->width,
            .row_step = p->stride_y * planes->width,
            .rows = out_rows,
            .outputs = p->output_width,
            .output = layer->output + first * p->output_width * p->input_channels + channel + i,
        };
        slt_convolve_plane(layer, channel + i, &rows);
      }
    }
  }
  return channel;
}
