// SPDX-License-Identifier: Apache-2.0
/* Its arithmetic is the project's own: what is tested is that the arguments arrive in their order. */
#include "arm_nnfunctions.h"
#include "slt_softmax.h"

void slt_own_softmax(const slt_softmax_params_t* params, const int8_t* input, int8_t* output);

void arm_softmax_s8(const int8_t* input, int32_t num_rows, int32_t row_size, int32_t mult, int32_t shift,
                    int32_t diff_min, int8_t* output) {
  const slt_softmax_params_t params = {.rows = num_rows,
                                       .depth = row_size,
                                       .input_multiplier = mult,
                                       .input_left_shift = shift,
                                       .diff_min = diff_min,
                                       .rounding = kSltDoubleRounding};
  slt_own_softmax(&params, input, output);
}
