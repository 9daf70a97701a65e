// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * RESHAPE and every other operator that only renames its input.
 */
#ifndef SLT_COPY_H_
#define SLT_COPY_H_

#include "slt_fixed_point.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t bytes; /**< At least 1. */
} slt_copy_params_t;

/** Whether the length is in its range. The functions below require it. */
bool slt_copy_params_ok(const slt_copy_params_t* params);

/** Copies `bytes` bytes. The same address does nothing; partly overlapping ranges are not allowed. */
void slt_copy(const slt_copy_params_t* params, const int8_t* input, int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SLT_COPY_H_
