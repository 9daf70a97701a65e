// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The part of a kernel window that lies inside the tensor, for one spatial axis.
 */
#ifndef SLT_WINDOW_H_
#define SLT_WINDOW_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t first; /**< First tap inside the tensor. */
  int32_t end;   /**< One past the last tap inside; both are 0 if there is none. */
} slt_taps_t;

/** Number of taps inside. */
static inline int32_t slt_tap_count(slt_taps_t taps) { return taps.end - taps.first; }

/** Taps t with 0 <= origin + t * dilation < extent and 0 <= t < kernel. */
static inline slt_taps_t slt_valid_taps(int32_t origin, int32_t dilation, int32_t kernel, int32_t extent) {
  slt_taps_t taps = {0, 0};
  if (origin >= extent) return taps;
  if (dilation == 1) {  // no divisions in the common case: small cores have none in hardware
    taps.first = origin < 0 ? -origin : 0;
    taps.end = slt_min(kernel, extent - origin);
  } else {
    taps.first = origin < 0 ? (-origin + dilation - 1) / dilation : 0;
    taps.end = slt_min(kernel, (extent - origin - 1) / dilation + 1);
  }
  if (taps.end <= taps.first) taps.first = taps.end = 0;
  return taps;
}

#ifdef __cplusplus
}
#endif

#endif  // SLT_WINDOW_H_
