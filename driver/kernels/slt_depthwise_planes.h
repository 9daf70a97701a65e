// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the kernels: DEPTHWISE_CONV_2D with a 3 x 3 window from planes. A plane is one channel of the padded
 * image as int16 without zero point, so that no window needs to know about the border, and a DSP instruction multiplies
 * two neighbouring pixels. Four planes are made at a time, for as many output rows as the working memory takes.
 */
#ifndef SLT_DEPTHWISE_PLANES_H_
#define SLT_DEPTHWISE_PLANES_H_

#include "slt_depthwise_fast.h"

enum {
  kSltPlanes = 4,
  kSltWindow = 3,          /**< Extent of the kernel. */
  kSltPlanesWanted = 8192, /**< Bytes that are used when the image is large enough. */
  kSltPlanesMost = 16384,  /**< Images so wide that they need more are left to the general method. */
};

typedef struct {
  int32_t width;    /**< Values of a row of a plane; even. */
  int32_t rows;     /**< Rows of a plane. */
  int32_t out_rows; /**< Output rows they are good for. */
} slt_planes_t;

/** Whether the method is for this layer, and with what planes. Scratch: kSltPlanes * rows * width * 2 bytes. */
bool slt_planes_for(const slt_depthwise_conv2d_params_t* params, slt_planes_t* planes);

static inline uint32_t slt_planes_bytes(const slt_planes_t* planes) {
  return (uint32_t)(planes->rows * planes->width) * (kSltPlanes * 2U);
}

/** Rows of outputs of one channel. */
typedef struct {
  const int16_t* values; /**< Of the plane, at the window of the first output. */
  int32_t width;         /**< Of a row of the plane. */
  int32_t row_step;      /**< Values from an output row to the next. */
  int32_t rows;          /**< Output rows. */
  int32_t outputs;       /**< Of a row. */
  int8_t* output;
} slt_plane_rows_t;

/* Two implementations, chosen at compile time: plain C and DSP instructions. */

/** One row of the image, kSltPlanes channels from `input` on, into the planes from `to` on. */
void slt_fill_planes_row(const slt_depthwise_conv2d_params_t* params, const slt_planes_t* planes, const int8_t* input,
                         int16_t* to);
void slt_convolve_plane(const slt_depthwise_layer_t* layer, int32_t channel, const slt_plane_rows_t* rows);

/** As slt_depthwise_fast(), on every core. */
int32_t slt_depthwise_planes(const slt_depthwise_layer_t* layer, const slt_planes_t* planes, void* scratch);

#endif  // SLT_DEPTHWISE_PLANES_H_
