// SPDX-License-Identifier: Apache-2.0
#define slt_fully_connected slt_own_fully_connected
#define slt_fully_connected_scratch_bytes slt_own_fully_connected_scratch_bytes
#include "slt_fully_connected.c"
#undef slt_fully_connected
#undef slt_fully_connected_scratch_bytes

#include "slt_cmsis_common.h"

uint32_t slt_fully_connected_scratch_bytes(const slt_fully_connected_params_t* params);
void slt_fully_connected(const slt_fully_connected_params_t* params, const int8_t* input, const int8_t* weights,
                         const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output,
                         void* scratch);

static cmsis_nn_dims filter_of(const slt_fully_connected_params_t* p) {
  const cmsis_nn_dims filter = {.n = p->depth, .h = 1, .w = 1, .c = p->units};
  return filter;
}

/* On cores without MVE, sums of weights that CMSIS-NN may want beforehand are not needed: it works them out itself. */
static bool taken(const slt_fully_connected_params_t* p) {
  return p->rounding == kSltDoubleRounding && p->per_channel == 0;
}

uint32_t slt_fully_connected_scratch_bytes(const slt_fully_connected_params_t* p) {
  if (!taken(p)) return slt_own_fully_connected_scratch_bytes(p);
  const cmsis_nn_dims filter = filter_of(p);
  return slt_cmsis_scratch(arm_fully_connected_s8_get_buffer_size(&filter), slt_own_fully_connected_scratch_bytes(p));
}

void slt_fully_connected(const slt_fully_connected_params_t* p, const int8_t* input, const int8_t* weights,
                         const int32_t* bias, const int32_t* multipliers, const int32_t* shifts, int8_t* output,
                         void* scratch) {
  if (taken(p)) {
    const cmsis_nn_fc_params params = {.input_offset = -p->input_zero_point,
                                       .filter_offset = -p->weights_zero_point,
                                       .output_offset = p->output_zero_point,
                                       .activation = {.min = p->act_min, .max = p->act_max}};
    const cmsis_nn_dims input_dims = {.n = p->rows, .h = 1, .w = 1, .c = p->depth};
    const cmsis_nn_dims filter = filter_of(p);
    const cmsis_nn_dims bias_dims = {.n = 1, .h = 1, .w = 1, .c = p->units};
    const cmsis_nn_dims output_dims = {.n = p->rows, .h = 1, .w = 1, .c = p->units};
    const cmsis_nn_context context = {scratch, (int32_t)slt_fully_connected_scratch_bytes(p)};
    const cmsis_nn_per_tensor_quant_params quant = {multipliers[0], shifts[0]};
    if (arm_fully_connected_s8(&context, &params, &quant, &input_dims, input, &filter, weights, &bias_dims, bias,
                               &output_dims, output) == ARM_CMSIS_NN_SUCCESS) {
      return;
    }
  }
  slt_own_fully_connected(p, input, weights, bias, multipliers, shifts, output, scratch);
}
