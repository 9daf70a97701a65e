// SPDX-License-Identifier: Apache-2.0
#include "slt_add.h"

#include "slt_output_stage.h"

static int32_t output_dim(const slt_add_params_t* p, int32_t axis) {
  return slt_max(p->in1.dims[axis], p->in2.dims[axis]);
}

static bool scale_below_one_ok(int32_t multiplier, int32_t shift) {
  return slt_scale_ok(multiplier, shift) && shift <= 0;  // so that an operand shifted by 20 cannot overflow
}

static bool operand_ok(const slt_add_operand_t* in) {
  return slt_tensor_ok(in->dims[0], in->dims[1], in->dims[2], in->dims[3]) && slt_int8_ok(in->zero_point) &&
         scale_below_one_ok(in->multiplier, in->shift);
}

bool slt_add_params_ok(const slt_add_params_t* p) {
  if (!operand_ok(&p->in1) || !operand_ok(&p->in2)) return false;
  for (int32_t axis = 0; axis < 4; ++axis) {
    const int32_t a = p->in1.dims[axis];
    const int32_t b = p->in2.dims[axis];
    if (a != b && a != 1 && b != 1) return false;
  }
  return slt_tensor_ok(output_dim(p, 0), output_dim(p, 1), output_dim(p, 2), output_dim(p, 3)) &&
         slt_int8_ok(p->output_zero_point) && scale_below_one_ok(p->output_multiplier, p->output_shift) &&
         slt_activation_ok(p->act_min, p->act_max) && slt_rounding_ok(p->rounding);
}

static uint32_t operand_bytes(const slt_add_operand_t* in) {
  return (uint32_t)(in->dims[0] * in->dims[1] * in->dims[2] * in->dims[3]);
}

uint32_t slt_add_input1_bytes(const slt_add_params_t* p) { return operand_bytes(&p->in1); }

uint32_t slt_add_input2_bytes(const slt_add_params_t* p) { return operand_bytes(&p->in2); }

uint32_t slt_add_output_bytes(const slt_add_params_t* p) {
  return (uint32_t)(output_dim(p, 0) * output_dim(p, 1) * output_dim(p, 2) * output_dim(p, 3));
}

/* Distance in bytes between neighbours along each axis; 0 along an axis that is repeated. */
static void strides_of(const slt_add_operand_t* in, int32_t strides[4]) {
  int32_t step = 1;
  for (int32_t axis = 3; axis >= 0; --axis) {
    strides[axis] = in->dims[axis] == 1 ? 0 : step;
    step *= in->dims[axis];
  }
}

static int32_t scaled_operand(const slt_add_operand_t* in, int8_t value, int32_t rounding) {
  const int32_t shifted = (value - in->zero_point) * (INT32_C(1) << kSltAddLeftShift);
  return slt_requantize(shifted, in->multiplier, in->shift, rounding);
}

/* `count` elements; `step1` and `step2` are 0 along a repeated axis. */
static void add_run(const slt_add_params_t* p, const int8_t* a, int32_t step1, const int8_t* b, int32_t step2,
                    int32_t count, int8_t* output) {
  for (; count > 0; --count) {
    const int32_t sum =
        slt_add_wrap(scaled_operand(&p->in1, *a, p->rounding), scaled_operand(&p->in2, *b, p->rounding));
    const int32_t scaled = slt_requantize(sum, p->output_multiplier, p->output_shift, p->rounding);
    *output++ = slt_to_int8(scaled, p->output_zero_point, p->act_min, p->act_max);
    a += step1;
    b += step2;
  }
}

/* The same in double rounding: an operand is below 2^28, the sum of two below 2^30, and no scale shifts to the left. */
static void add_run_double(const slt_add_params_t* p, const int8_t* a, int32_t step1, const int8_t* b, int32_t step2,
                           int32_t count, int8_t* output) {
  const slt_right_scale_t scale1 = slt_right_scale(p->in1.multiplier, p->in1.shift);
  const slt_right_scale_t scale2 = slt_right_scale(p->in2.multiplier, p->in2.shift);
  const slt_right_scale_t scale = slt_right_scale(p->output_multiplier, p->output_shift);
  const int32_t zero1 = p->in1.zero_point;
  const int32_t zero2 = p->in2.zero_point;
  const int32_t zero = p->output_zero_point;
  const int32_t low = p->act_min;
  const int32_t high = p->act_max;
  for (; count > 0; --count) {
    const int32_t in1 = slt_rescale_right((*a - zero1) * (INT32_C(1) << kSltAddLeftShift), scale1);
    const int32_t in2 = slt_rescale_right((*b - zero2) * (INT32_C(1) << kSltAddLeftShift), scale2);
    *output++ = (int8_t)slt_clamp(slt_rescale_right(in1 + in2, scale) + zero, low, high);
    a += step1;
    b += step2;
  }
}

static bool same_dims(const slt_add_params_t* p) {
  for (int32_t axis = 0; axis < 4; ++axis) {
    if (p->in1.dims[axis] != p->in2.dims[axis]) return false;
  }
  return true;
}

void slt_add(const slt_add_params_t* p, const int8_t* input1, const int8_t* input2, int8_t* output) {
  void (*const run)(const slt_add_params_t*, const int8_t*, int32_t, const int8_t*, int32_t, int32_t, int8_t*) =
      p->rounding == kSltDoubleRounding ? add_run_double : add_run;
  if (same_dims(p)) {
    run(p, input1, 1, input2, 1, (int32_t)slt_add_output_bytes(p), output);
    return;
  }
  int32_t s1[4];
  int32_t s2[4];
  strides_of(&p->in1, s1);
  strides_of(&p->in2, s2);
  const int32_t count = output_dim(p, 3);
  for (int32_t i = 0; i < output_dim(p, 0); ++i) {
    for (int32_t j = 0; j < output_dim(p, 1); ++j) {
      for (int32_t k = 0; k < output_dim(p, 2); ++k) {
        run(p, input1 + i * s1[0] + j * s1[1] + k * s1[2], s1[3], input2 + i * s2[0] + j * s2[1] + k * s2[2], s2[3],
            count, output);
        output += count;
      }
    }
  }
}
