// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the kernels: sums of products between the filters of a layer and *columns*, the inputs under the window
 * of one output pixel, widened to int16 with the zero point taken off. CONV_2D and FULLY_CONNECTED are made of it.
 *
 * There are two implementations, chosen at compile time: plain C (slt_matmul_plain.c) and DSP instructions
 * (slt_matmul_dsp.c). They differ in how values are ordered in a buffer of columns, which only they know:
 *
 *     unit u of column c in a buffer of n columns is at values + (u * n + c) * kSltUnit
 *
 * The last unit of a column may be incomplete; then zeros fill it.
 */
#ifndef SLT_MATMUL_H_
#define SLT_MATMUL_H_

#include "slt_output_stage.h"

/** Of either implementation: working memory is planned where the core is not known. */
enum { kSltMostBlockColumns = 6, kSltLargestUnit = 4 };

enum {
#if SLT_HAVE_DSP
  kSltUnit = 4,         /**< Values that are widened together: bytes of a word, in the order 0 2 1 3. */
  kSltBlockColumns = 6, /**< Columns multiplied at a time. */
#else
  kSltUnit = 1,
  kSltBlockColumns = 2,
#endif
};

/** The filters of a layer (of one group of channels) and what becomes of their sums. */
typedef struct {
  int32_t depth;         /**< Values of a filter. */
  int32_t filters;       /**< At least 1. */
  const int8_t* weights; /**< [filters][depth] */
  const int32_t* bias;   /**< One a filter, or NULL. */
  const int32_t* multipliers;
  const int32_t* shifts;
  int32_t scale_step; /**< 1: a multiplier and shift each filter; 0: one in all. */
  int32_t correction; /**< Added to every bias. */
  int32_t bias_limit; /**< slt_plain_bias_limit(), of the bias with the correction. */
  bool all_plain;     /**< Every channel is known to be plain. */
  slt_output_stage_t stage;
} slt_filters_t;

/** Bytes of a buffer of `columns` columns for either implementation; UINT32_MAX if it is beyond all memory. */
static inline uint32_t slt_columns_bytes(int32_t depth, int32_t columns) {
  const uint64_t values = ((uint64_t)(uint32_t)depth + kSltLargestUnit - 1U) / kSltLargestUnit * kSltLargestUnit;
  const uint64_t bytes = values * (uint32_t)columns * 2U;
  return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

/** Units of a column. */
static inline int32_t slt_units(int32_t depth) { return (int32_t)(((uint32_t)depth + kSltUnit - 1U) / kSltUnit); }

/** Whether every channel is plain. */
bool slt_all_plain(const slt_filters_t* filters);

static inline int32_t slt_bias_of(const slt_filters_t* f, int32_t filter) {
  return f->bias != 0 ? slt_add_wrap(f->bias[filter], f->correction) : f->correction;
}

/**
 * Widens `units` units of input minus zero_point. `to` is the first unit of the column in its buffer.
 * @return Behind the last unit written.
 */
int16_t* slt_widen_units(const int8_t* input, int32_t units, int32_t zero_point, int16_t* to, int32_t columns);

/** Units of padding. @return As above. */
int16_t* slt_zero_units(int32_t units, int16_t* to, int32_t columns);

/** A whole column of `depth` values in a row, into column `column` of the buffer at `values`. */
void slt_widen_column(const int8_t* input, int32_t depth, int32_t zero_point, int16_t* values, int32_t column,
                      int32_t columns);

/** All filters with the only column of `values`: output[filter]. */
void slt_multiply_column(const slt_filters_t* filters, const int16_t* values, int8_t* output);

/**
 * All filters with a buffer of kSltBlockColumns columns, of which `used` are wanted and need contents:
 * output[column * output_step + filter].
 */
void slt_multiply_block(const slt_filters_t* filters, const int16_t* values, int32_t used, int8_t* output,
                        int32_t output_step);

/** From this number of columns on a block is quicker than single columns. */
enum { kSltLeastInBlock = kSltBlockColumns / 2 + 1 };

#endif  // SLT_MATMUL_H_
