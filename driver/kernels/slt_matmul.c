// SPDX-License-Identifier: Apache-2.0
#include "slt_matmul.h"

bool slt_all_plain(const slt_filters_t* f) {
  for (int32_t i = 0; i < f->filters; ++i) {
    const int32_t scale = i * f->scale_step;
    if (!slt_is_plain(slt_bias_of(f, i), f->bias_limit, f->multipliers[scale], f->shifts[scale])) return false;
  }
  return true;
}

void slt_widen_column(const int8_t* input, int32_t depth, int32_t zero_point, int16_t* values, int32_t column,
                      int32_t columns) {
  const int32_t units = depth / kSltUnit;
  int16_t* to = slt_widen_units(input, units, zero_point, values + column * kSltUnit, columns);
  if (units * kSltUnit == depth) return;
  int8_t last[kSltUnit];
  for (int32_t i = 0; i < kSltUnit; ++i) {
    last[i] = (int8_t)(units * kSltUnit + i < depth ? input[units * kSltUnit + i] : zero_point);
  }
  (void)slt_widen_units(last, 1, zero_point, to, columns);
}
