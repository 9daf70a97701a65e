// SPDX-License-Identifier: Apache-2.0
/* One filter by two columns: what the eight low registers of the smallest cores hold. */
#include "slt_matmul.h"

#if !SLT_HAVE_DSP

int16_t* slt_widen_units(const int8_t* input, int32_t units, int32_t zero_point, int16_t* to, int32_t columns) {
  for (int32_t u = 0; u < units; ++u) {
    *to = (int16_t)(input[u] - zero_point);
    to += columns;
  }
  return to;
}

int16_t* slt_zero_units(int32_t units, int16_t* to, int32_t columns) {
  for (int32_t u = 0; u < units; ++u) {
    *to = 0;
    to += columns;
  }
  return to;
}

static int8_t finished(const slt_filters_t* f, int32_t filter, int32_t sum) {
  const int32_t multiplier = f->multipliers[filter * f->scale_step];
  const int32_t shift = f->shifts[filter * f->scale_step];
  if (f->all_plain || slt_is_plain(slt_bias_of(f, filter), f->bias_limit, multiplier, shift)) {
    return slt_finish_plain(&f->stage, sum, slt_plain_scale(multiplier, shift));
  }
  return slt_finish(&f->stage, sum, multiplier, shift);
}

typedef uint32_t __attribute__((may_alias)) word_t; /* a value of either column */

void slt_multiply_block(const slt_filters_t* f, const int16_t* values, int32_t used, int8_t* output,
                        int32_t output_step) {
  (void)used;  // kSltLeastInBlock is the whole block
  const int8_t* weights = f->weights;
  for (int32_t filter = 0; filter < f->filters; ++filter) {
    uint32_t first = (uint32_t)slt_bias_of(f, filter);
    uint32_t second = first;
    const word_t* columns = (const word_t*)(const void*)values;
    weights += f->depth;
    for (int32_t k = -f->depth; k != 0; ++k) {  // counts up to 0, which costs no comparison
      const int32_t w = weights[k];
      const uint32_t both = *columns++;
      first += (uint32_t)(w * (int16_t)(uint16_t)both);
      second += (uint32_t)(w * ((int32_t)both >> 16));
    }
    output[filter] = finished(f, filter, (int32_t)first);
    output[output_step + filter] = finished(f, filter, (int32_t)second);
  }
}

/* One filter alone, the last of an odd number. */
static uint32_t multiply_one(const int8_t* weights, const int16_t* column, int32_t depth, uint32_t sum) {
  for (int32_t k = 0; k < depth; ++k) sum += (uint32_t)(weights[k] * column[k]);
  return sum;
}

void slt_multiply_column(const slt_filters_t* f, const int16_t* values, int8_t* output) {
  const int8_t* weights = f->weights;
  int32_t filter = 0;
  for (; filter + 2 <= f->filters; filter += 2) {
    uint32_t first = (uint32_t)slt_bias_of(f, filter);
    uint32_t second = (uint32_t)slt_bias_of(f, filter + 1);
    const int16_t* column = values;
    const int8_t* const first_end = weights + f->depth;
    const int8_t* const second_end = first_end + f->depth;
    for (int32_t k = -f->depth; k != 0; ++k) {
      const int32_t x = *column++;
      first += (uint32_t)(first_end[k] * x);
      second += (uint32_t)(second_end[k] * x);
    }
    weights = second_end;
    output[filter] = finished(f, filter, (int32_t)first);
    output[filter + 1] = finished(f, filter + 1, (int32_t)second);
  }
  if (filter < f->filters) {
    const uint32_t sum = multiply_one(weights, values, f->depth, (uint32_t)slt_bias_of(f, filter));
    output[filter] = finished(f, filter, (int32_t)sum);
  }
}

#endif  // !SLT_HAVE_DSP
