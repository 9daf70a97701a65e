// SPDX-License-Identifier: Apache-2.0
#define slt_conv2d slt_own_conv2d
#define slt_conv2d_scratch_bytes slt_own_conv2d_scratch_bytes
#include "slt_conv2d.c"
#undef slt_conv2d
#undef slt_conv2d_scratch_bytes

#include "slt_cmsis_common.h"

uint32_t slt_conv2d_scratch_bytes(const slt_conv2d_params_t* params);
void slt_conv2d(const slt_conv2d_params_t* params, const int8_t* input, const int8_t* weights, const int32_t* bias,
                const int32_t* multipliers, const int32_t* shifts, int8_t* output, void* scratch);

typedef struct {
  cmsis_nn_conv_params params;
  cmsis_nn_dims input;
  cmsis_nn_dims filter;
  cmsis_nn_dims bias;
  cmsis_nn_dims output;
} layer_t;

static layer_t layer_of(const slt_conv2d_params_t* p) {
  const layer_t layer = {
      .params = {.input_offset = -p->input_zero_point,
                 .output_offset = p->output_zero_point,
                 .stride = {.w = p->stride_x, .h = p->stride_y},
                 .padding = {.w = p->pad_left, .h = p->pad_top},
                 .dilation = {.w = p->dilation_x, .h = p->dilation_y},
                 .activation = {.min = p->act_min, .max = p->act_max}},
      .input = {.n = 1, .h = p->input_height, .w = p->input_width, .c = p->input_channels},
      .filter = {.n = p->output_channels, .h = p->kernel_height, .w = p->kernel_width, .c = p->kernel_channels},
      .bias = {.n = 1, .h = 1, .w = 1, .c = p->output_channels},
      .output = {.n = 1, .h = p->output_height, .w = p->output_width, .c = p->output_channels},
  };
  return layer;
}

static bool taken(const slt_conv2d_params_t* p) {
  return p->rounding == kSltDoubleRounding && p->kernel_channels == p->input_channels;
}

uint32_t slt_conv2d_scratch_bytes(const slt_conv2d_params_t* p) {
  if (!taken(p)) return slt_own_conv2d_scratch_bytes(p);
  const layer_t l = layer_of(p);
  return slt_cmsis_scratch(arm_convolve_wrapper_s8_get_buffer_size(&l.params, &l.input, &l.filter, &l.output),
                           slt_own_conv2d_scratch_bytes(p));
}

void slt_conv2d(const slt_conv2d_params_t* p, const int8_t* input, const int8_t* weights, const int32_t* bias,
                const int32_t* multipliers, const int32_t* shifts, int8_t* output, void* scratch) {
  if (taken(p)) {
    const layer_t l = layer_of(p);
    const cmsis_nn_context context = {scratch, (int32_t)slt_conv2d_scratch_bytes(p)};
    const cmsis_nn_per_channel_quant_params quant = {slt_cmsis_table(multipliers), slt_cmsis_table(shifts)};
    if (arm_convolve_wrapper_s8(&context, &l.params, &quant, &l.input, input, &l.filter, weights, &l.bias, bias,
                                &l.output, output) == ARM_CMSIS_NN_SUCCESS) {
      return;
    }
  }
  slt_own_conv2d(p, input, weights, bias, multipliers, shifts, output, scratch);
}
