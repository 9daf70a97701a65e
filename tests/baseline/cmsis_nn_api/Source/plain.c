// SPDX-License-Identifier: Apache-2.0
/* Plain loops behind the interface. The buffers are larger than the project's own kernels want, and are checked. */
#include "arm_nnfunctions.h"

enum { kExtra = 4096 };

static int32_t scaled(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t left = (int32_t)((uint32_t)value << (shift > 0 ? shift : 0));
  const int32_t right = shift > 0 ? 0 : -shift;
  const int32_t product = (int32_t)(((int64_t)left * multiplier + (INT64_C(1) << 30)) >> 31);
  const int64_t half = right == 0 ? 0 : INT64_C(1) << (right - 1);
  return product < 0 ? -(int32_t)((-(int64_t)product + half) >> right) : (int32_t)((product + half) >> right);
}

static int8_t finished(int32_t value, int32_t offset, const cmsis_nn_activation* activation) {
  const int64_t sum = (int64_t)value + offset;
  return (int8_t)(sum < activation->min ? activation->min : sum > activation->max ? activation->max : sum);
}

/* An error would be covered up by the project's own kernels. */
static void refuse(void) { __builtin_trap(); }

static int inside(int32_t at, int32_t extent) { return at >= 0 && at < extent; }

/* A buffer of the wrong size or place would be overwritten by someone else: it is written here. */
static int use(const cmsis_nn_context* ctx, int32_t bytes) {
  if (ctx->buf == 0 || ctx->size < bytes) return 0;
  memset(ctx->buf, 0x5A, (size_t)bytes);
  return 1;
}

int32_t arm_convolve_wrapper_s8_get_buffer_size(const cmsis_nn_conv_params* conv_params,
                                                const cmsis_nn_dims* input_dims, const cmsis_nn_dims* filter_dims,
                                                const cmsis_nn_dims* output_dims) {
  (void)conv_params;
  (void)output_dims;
  return 4 * filter_dims->h * filter_dims->w * input_dims->c + kExtra;
}

arm_cmsis_nn_status arm_convolve_wrapper_s8(const cmsis_nn_context* ctx, const cmsis_nn_conv_params* p,
                                            const cmsis_nn_per_channel_quant_params* quant, const cmsis_nn_dims* in,
                                            const int8_t* input, const cmsis_nn_dims* filter, const int8_t* weights,
                                            const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                            const cmsis_nn_dims* out, int8_t* output) {
  if (filter->c != in->c || bias_dims->c != out->c || filter->n != out->c) refuse();
  if (!use(ctx, arm_convolve_wrapper_s8_get_buffer_size(p, in, filter, out))) refuse();
  for (int32_t y = 0; y < out->h; ++y) {
    for (int32_t x = 0; x < out->w; ++x) {
      for (int32_t o = 0; o < out->c; ++o) {
        uint32_t sum = bias != 0 ? (uint32_t)bias[o] : 0U;
        for (int32_t ky = 0; ky < filter->h; ++ky) {
          for (int32_t kx = 0; kx < filter->w; ++kx) {
            const int32_t iy = y * p->stride.h - p->padding.h + ky * p->dilation.h;
            const int32_t ix = x * p->stride.w - p->padding.w + kx * p->dilation.w;
            if (!inside(iy, in->h) || !inside(ix, in->w)) continue;
            for (int32_t c = 0; c < in->c; ++c) {
              sum += (uint32_t)((input[(iy * in->w + ix) * in->c + c] + p->input_offset) *
                                weights[((o * filter->h + ky) * filter->w + kx) * in->c + c]);
            }
          }
        }
        *output++ =
            finished(scaled((int32_t)sum, quant->multiplier[o], quant->shift[o]), p->output_offset, &p->activation);
      }
    }
  }
  return ARM_CMSIS_NN_SUCCESS;
}

int32_t arm_depthwise_conv_wrapper_s8_get_buffer_size(const cmsis_nn_dw_conv_params* dw_conv_params,
                                                      const cmsis_nn_dims* input_dims, const cmsis_nn_dims* filter_dims,
                                                      const cmsis_nn_dims* output_dims) {
  (void)dw_conv_params;
  (void)output_dims;
  return 2 * filter_dims->h * filter_dims->w * input_dims->c + kExtra;
}

arm_cmsis_nn_status arm_depthwise_conv_wrapper_s8(const cmsis_nn_context* ctx, const cmsis_nn_dw_conv_params* p,
                                                  const cmsis_nn_per_channel_quant_params* quant,
                                                  const cmsis_nn_dims* in, const int8_t* input,
                                                  const cmsis_nn_dims* filter, const int8_t* weights,
                                                  const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                                  const cmsis_nn_dims* out, int8_t* output) {
  if (in->c * p->ch_mult != out->c || bias_dims->c != out->c || filter->c != out->c) refuse();
  if (!use(ctx, arm_depthwise_conv_wrapper_s8_get_buffer_size(p, in, filter, out))) refuse();
  for (int32_t y = 0; y < out->h; ++y) {
    for (int32_t x = 0; x < out->w; ++x) {
      for (int32_t o = 0; o < out->c; ++o) {
        uint32_t sum = (uint32_t)bias[o];
        for (int32_t ky = 0; ky < filter->h; ++ky) {
          for (int32_t kx = 0; kx < filter->w; ++kx) {
            const int32_t iy = y * p->stride.h - p->padding.h + ky * p->dilation.h;
            const int32_t ix = x * p->stride.w - p->padding.w + kx * p->dilation.w;
            if (!inside(iy, in->h) || !inside(ix, in->w)) continue;
            sum += (uint32_t)((input[(iy * in->w + ix) * in->c + o / p->ch_mult] + p->input_offset) *
                              weights[(ky * filter->w + kx) * out->c + o]);
          }
        }
        *output++ =
            finished(scaled((int32_t)sum, quant->multiplier[o], quant->shift[o]), p->output_offset, &p->activation);
      }
    }
  }
  return ARM_CMSIS_NN_SUCCESS;
}

int32_t arm_fully_connected_s8_get_buffer_size(const cmsis_nn_dims* filter_dims) { return 4 * filter_dims->c; }

arm_cmsis_nn_status arm_fully_connected_s8(const cmsis_nn_context* ctx, const cmsis_nn_fc_params* p,
                                           const cmsis_nn_per_tensor_quant_params* quant, const cmsis_nn_dims* in,
                                           const int8_t* input, const cmsis_nn_dims* filter, const int8_t* weights,
                                           const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                           const cmsis_nn_dims* out, int8_t* output) {
  const int32_t depth = in->h * in->w * in->c;
  if (filter->n != depth || filter->c != out->c || in->n != out->n || bias_dims->c != out->c) refuse();
  if (!use(ctx, arm_fully_connected_s8_get_buffer_size(filter))) refuse();
  for (int32_t r = 0; r < out->n; ++r) {
    for (int32_t o = 0; o < out->c; ++o) {
      uint32_t sum = bias != 0 ? (uint32_t)bias[o] : 0U;
      for (int32_t k = 0; k < depth; ++k) {
        sum += (uint32_t)((input[r * depth + k] + p->input_offset) * (weights[o * depth + k] + p->filter_offset));
      }
      *output++ = finished(scaled((int32_t)sum, quant->multiplier, quant->shift), p->output_offset, &p->activation);
    }
  }
  return ARM_CMSIS_NN_SUCCESS;
}

arm_cmsis_nn_status arm_elementwise_add_s8(const int8_t* input_1_vect, const int8_t* input_2_vect,
                                           int32_t input_1_offset, int32_t input_1_mult, int32_t input_1_shift,
                                           int32_t input_2_offset, int32_t input_2_mult, int32_t input_2_shift,
                                           int32_t left_shift, int8_t* output, int32_t out_offset, int32_t out_mult,
                                           int32_t out_shift, int32_t out_activation_min, int32_t out_activation_max,
                                           int32_t block_size) {
  const cmsis_nn_activation activation = {out_activation_min, out_activation_max};
  for (int32_t i = 0; i < block_size; ++i) {
    const int32_t a = (input_1_vect[i] + input_1_offset) * (INT32_C(1) << left_shift);
    const int32_t b = (input_2_vect[i] + input_2_offset) * (INT32_C(1) << left_shift);
    const int32_t sum = scaled(a, input_1_mult, input_1_shift) + scaled(b, input_2_mult, input_2_shift);
    output[i] = finished(scaled(sum, out_mult, out_shift), out_offset, &activation);
  }
  return ARM_CMSIS_NN_SUCCESS;
}

arm_cmsis_nn_status arm_max_pool_s8(const cmsis_nn_context* ctx, const cmsis_nn_pool_params* p, const cmsis_nn_dims* in,
                                    const int8_t* input, const cmsis_nn_dims* filter, const cmsis_nn_dims* out,
                                    int8_t* output) {
  (void)ctx;
  for (int32_t y = 0; y < out->h; ++y) {
    for (int32_t x = 0; x < out->w; ++x) {
      for (int32_t c = 0; c < in->c; ++c) {
        int32_t best = -128;
        for (int32_t ky = 0; ky < filter->h; ++ky) {
          for (int32_t kx = 0; kx < filter->w; ++kx) {
            const int32_t iy = y * p->stride.h - p->padding.h + ky;
            const int32_t ix = x * p->stride.w - p->padding.w + kx;
            if (!inside(iy, in->h) || !inside(ix, in->w)) continue;
            const int32_t value = input[(iy * in->w + ix) * in->c + c];
            if (value > best) best = value;
          }
        }
        *output++ = finished(best, 0, &p->activation);
      }
    }
  }
  return ARM_CMSIS_NN_SUCCESS;
}
