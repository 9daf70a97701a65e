// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * All int8 kernels. They equal the TensorFlow Lite Micro reference kernels bit for bit in double rounding.
 *
 * Each has a parameter struct, `*_params_ok()` to check it once, byte counts of its tensors, and the kernel itself,
 * which trusts its parameters, keeps no state and allocates nothing. Tensors are dense; int32 arrays are 4-byte
 * aligned. Arithmetic right shift of negative numbers is assumed and checked at compile time.
 */
#ifndef SLT_KERNELS_H_
#define SLT_KERNELS_H_

#include "slt_add.h"
#include "slt_conv2d.h"
#include "slt_copy.h"
#include "slt_depthwise_conv2d.h"
#include "slt_fully_connected.h"
#include "slt_pool2d.h"
#include "slt_softmax.h"

#ifdef __cplusplus
static_assert((-3 >> 1) == -2, "the kernels need an arithmetic right shift");
#else
_Static_assert((-3 >> 1) == -2, "the kernels need an arithmetic right shift");
#endif

#endif  // SLT_KERNELS_H_
