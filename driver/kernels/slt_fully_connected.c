// SPDX-License-Identifier: Apache-2.0
#include "slt_fully_connected.h"

#include <stddef.h>

static bool matrix_ok(int32_t a, int32_t b) { return a >= 1 && b >= 1 && (int64_t)a * b <= (int64_t)INT32_MAX; }

bool slt_fully_connected_params_ok(const slt_fully_connected_params_t* p) {
  return matrix_ok(p->rows, p->depth) && matrix_ok(p->rows, p->units) && matrix_ok(p->units, p->depth) &&
         slt_in_range(p->per_channel, 0, 1) && slt_int8_ok(p->input_zero_point) && slt_int8_ok(p->weights_zero_point) &&
         slt_int8_ok(p->output_zero_point) && slt_activation_ok(p->act_min, p->act_max) && slt_rounding_ok(p->rounding);
}

int32_t slt_fully_connected_scales(const slt_fully_connected_params_t* p) { return p->per_channel != 0 ? p->units : 1; }

uint32_t slt_fully_connected_input_bytes(const slt_fully_connected_params_t* p) {
  return (uint32_t)(p->rows * p->depth);
}

uint32_t slt_fully_connected_weight_bytes(const slt_fully_connected_params_t* p) {
  return (uint32_t)(p->units * p->depth);
}

uint32_t slt_fully_connected_output_bytes(const slt_fully_connected_params_t* p) {
  return (uint32_t)(p->rows * p->units);
}

void slt_fully_connected(const slt_fully_connected_params_t* p, const int8_t* input, const int8_t* weights,
                         const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output) {
  for (int32_t r = 0; r < p->rows; ++r) {
    const int8_t* in = input + r * p->depth;
    for (int32_t n = 0; n < p->units; ++n) {
      const int8_t* w = weights + n * p->depth;
      int32_t sum = bias != NULL ? bias[n] : 0;
      for (int32_t k = 0; k < p->depth; ++k) {
        sum = slt_add_wrap(sum, (in[k] - p->input_zero_point) * (w[k] - p->weights_zero_point));
      }
      const int32_t s = p->per_channel != 0 ? n : 0;
      const int32_t scaled = slt_requantize(sum, multipliers[s], shifts[s], p->rounding);
      *output++ = slt_to_int8(scaled, p->output_zero_point, p->act_min, p->act_max);
    }
  }
}
