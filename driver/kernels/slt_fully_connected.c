// SPDX-License-Identifier: Apache-2.0
#include "slt_fully_connected.h"

#include "slt_matmul.h"

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

uint32_t slt_fully_connected_scratch_bytes(const slt_fully_connected_params_t* p) {
  return slt_columns_bytes(p->depth, 1);
}

static int32_t sum_of(const int8_t* input, int32_t depth, int32_t zero_point) {
  int32_t sum = 0;
  for (int32_t k = 0; k < depth; ++k) sum = slt_add_wrap(sum, input[k] - zero_point);
  return sum;
}

void slt_fully_connected(const slt_fully_connected_params_t* p, const int8_t* input, const int8_t* weights,
                         const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output,
                         void* scratch) {
  int16_t* column = (int16_t*)scratch;
  slt_filters_t filters = {
      .depth = p->depth,
      .filters = p->units,
      .weights = weights,
      .bias = bias,
      .multipliers = multipliers,
      .shifts = shifts,
      .scale_step = p->per_channel,
      .correction = 0,
      .bias_limit = slt_plain_bias_limit(p->depth, kSltLargestProduct, p->rounding),
      .all_plain = false,  // each filter is used once a row: as quick to look then
      .stage = {p->output_zero_point, p->act_min, p->act_max, p->rounding},
  };
  for (int32_t r = 0; r < p->rows; ++r) {
    const int8_t* in = input + r * p->depth;
    slt_widen_column(in, p->depth, p->input_zero_point, column, 0, 1);
    if (p->weights_zero_point != 0) {  // sum x * (w - z) = sum x * w - z * sum x
      const uint32_t product = (uint32_t)p->weights_zero_point * (uint32_t)sum_of(in, p->depth, p->input_zero_point);
      filters.correction = (int32_t)(0U - product);
    }
    slt_multiply_column(&filters, column, output + r * p->units);
  }
}
