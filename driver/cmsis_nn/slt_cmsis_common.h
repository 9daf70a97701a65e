// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to this folder. Each file here includes the kernel it stands before under another name (slt_own_*), and hands
 * over to it what CMSIS-NN does not take.
 */
#ifndef SLT_CMSIS_COMMON_H_
#define SLT_CMSIS_COMMON_H_

#include <arm_nnfunctions.h>
#include <stddef.h>

#include "slt_fixed_point.h"

static inline uint32_t slt_cmsis_scratch(int32_t cmsis_bytes, uint32_t own_bytes) {
  const uint32_t bytes = cmsis_bytes < 0 ? 0U : ((uint32_t)cmsis_bytes + 3U) & ~UINT32_C(3);
  return bytes > own_bytes ? bytes : own_bytes;
}

/* CMSIS-NN takes pointers to what it does not change without const. */
static inline int32_t* slt_cmsis_table(const int32_t* table) { return (int32_t*)(uintptr_t)table; }

#endif  // SLT_CMSIS_COMMON_H_
