// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the kernels: DEPTHWISE_CONV_2D with a 3 x 3 window from planes. A plane is one channel of the padded
 * image as int16 without zero point, so that two neighbouring pixels are multiplied by one instruction, and no window
 * needs to know about the border. Four planes are made at a time, for as many output rows as the working memory takes.
 */
#ifndef SLT_DEPTHWISE_PLANES_H_
#define SLT_DEPTHWISE_PLANES_H_

#include "slt_depthwise_fast.h"

enum {
  kSltPlanes = 4,
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

/** As slt_depthwise_fast(). */
int32_t slt_depthwise_planes(const slt_depthwise_layer_t* layer, const slt_planes_t* planes, void* scratch);

#endif  // SLT_DEPTHWISE_PLANES_H_
