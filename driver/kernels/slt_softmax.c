// SPDX-License-Identifier: Apache-2.0
#include "slt_softmax.h"

/*
 * Qi.f below is a signed 32-bit number with i integer and f = 31 - i fractional bits. A product of Qa and Qb by
 * slt_high_multiply() is Q(a+b).
 */
enum {
  kDiffFractionBits = 26,  // Q5.26
  kSumIntegerBits = 12,    // Q12.19
  kOutputBits = 8,
};

/* value * 2^bits, saturated. */
static int32_t shift_left_saturating(int32_t value, int32_t bits) {
  const int32_t limit = (int32_t)((UINT32_C(1) << (31 - bits)) - 1U);
  if (value > limit) return INT32_MAX;
  if (value < -limit - 1) return INT32_MIN;
  return value * (INT32_C(1) << bits);
}

/* exp(a) for a in [-1/4, 0), both Q0.31: Taylor polynomial of fourth degree around -1/8. */
static int32_t exp_of_small(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668;  // exp(-1/8)
  const int32_t one_third = 715827883;
  const int32_t x = a + (INT32_C(1) << 28);
  const int32_t x2 = slt_high_multiply(x, x);
  const int32_t x3 = slt_high_multiply(x2, x);
  const int32_t x4 = slt_high_multiply(x2, x2);
  const int32_t third_and_fourth = slt_high_multiply(slt_divide_by_pot(x4, 2) + x3, one_third);  // x^3/3 + x^4/12
  const int32_t above_linear = slt_divide_by_pot(third_and_fourth + x2, 1);  // x^2/2 + x^3/6 + x^4/24
  return exp_minus_eighth + slt_high_multiply(exp_minus_eighth, x + above_linear);
}

/* exp(a) for a <= 0; Q5.26 to Q0.31. Splits a into a multiple of 1/4, whose bits select factors, and the rest. */
static int32_t exp_of_negative(int32_t a) {
  // exp(-1/4), exp(-1/2), exp(-1), ... exp(-16), Q0.31
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (a == 0) return INT32_MAX;
  const int32_t quarter = INT32_C(1) << (kDiffFractionBits - 2);
  const int32_t rest = (a & (quarter - 1)) - quarter;
  const int32_t quarters = rest - a;
  int32_t result = exp_of_small(shift_left_saturating(rest, 5));
  for (int32_t i = 0; i < (int32_t)(sizeof(factors) / sizeof(factors[0])); ++i) {
    if (((uint32_t)quarters & ((uint32_t)quarter << i)) != 0U) result = slt_high_multiply(result, factors[i]);
  }
  return result;
}

/* 1 / (1 + a) for a in [0, 1), both Q0.31: Newton-Raphson division of 1 by (1 + a) / 2, three steps in Q2.29. */
static int32_t one_over_one_plus(int32_t a) {
  const int32_t forty_eight_seventeenths = 1515870810;
  const int32_t minus_thirty_two_seventeenths = -1010580540;
  const int32_t one = INT32_C(1) << 29;
  const int32_t half_denominator = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
  int32_t x = forty_eight_seventeenths + slt_high_multiply(half_denominator, minus_thirty_two_seventeenths);
  for (int32_t step = 0; step < 3; ++step) {
    const int32_t error = one - slt_high_multiply(half_denominator, x);
    x += shift_left_saturating(slt_high_multiply(x, error), 2);  // Q4.27 back to Q2.29
  }
  return shift_left_saturating(x, 1);  // x / 2 in Q2.29 is x in Q1.30
}

/* Leading zeros of a positive number. */
static int32_t leading_zeros(uint32_t value) {
  int32_t count = 0;
  while ((value & UINT32_C(0x80000000)) == 0U) {
    value <<= 1;
    ++count;
  }
  return count;
}

/* d in Q5.26. In double rounding the left shift comes before the only rounding. */
static int32_t rescaled_diff(const slt_softmax_params_t* p, int32_t diff) {
  return slt_requantize(diff, p->input_multiplier, p->input_left_shift, p->rounding);
}

static int32_t maximum(const int8_t* row, int32_t depth) {
  int32_t best = kSltInt8Min;
  for (int32_t c = 0; c < depth; ++c) best = slt_max(best, row[c]);
  return best;
}

static void softmax_row(const slt_softmax_params_t* p, const int8_t* input, int8_t* output) {
  const int32_t highest = maximum(input, p->depth);
  int32_t sum = 0;  // Q12.19, at least 1: the maximum itself contributes exp(0)
  for (int32_t c = 0; c < p->depth; ++c) {
    const int32_t diff = input[c] - highest;
    if (diff >= p->diff_min) sum += slt_divide_by_pot(exp_of_negative(rescaled_diff(p, diff)), kSumIntegerBits);
  }
  // sum = (1 + a) * 2^(kSumIntegerBits - zeros), a in [0, 1)
  const int32_t zeros = leading_zeros((uint32_t)sum);
  const int32_t reciprocal = one_over_one_plus((int32_t)(((uint32_t)sum << zeros) - UINT32_C(0x80000000)));
  const int32_t exponent = kSumIntegerBits - zeros + 31 - kOutputBits;
  for (int32_t c = 0; c < p->depth; ++c) {
    const int32_t diff = input[c] - highest;
    int32_t probability = 0;  // in units of 1/256
    if (diff >= p->diff_min) {
      const int32_t exp_diff = exp_of_negative(rescaled_diff(p, diff));
      const int32_t scaled = slt_high_multiply(reciprocal, exp_diff);  // below 2^31, so shifts above 31 round it to 0
      probability = exponent <= 31 ? slt_divide_by_pot(scaled, exponent) : 0;
    }
    output[c] = slt_to_int8(probability, kSltInt8Min, kSltInt8Min, kSltInt8Max);
  }
}

bool slt_softmax_params_ok(const slt_softmax_params_t* p) {
  return p->rows >= 1 && slt_in_range(p->depth, 1, kSltSoftmaxMaxDepth) &&
         (int64_t)p->rows * p->depth <= (int64_t)INT32_MAX && p->input_multiplier >= (INT32_C(1) << 30) &&
         slt_in_range(p->input_left_shift, 0, kSltMaxShift) && p->diff_min <= 0 &&
         // the lowest difference stays within Q5.26 after its left shift
         -(int64_t)p->diff_min <= (INT64_C(31) << kDiffFractionBits >> p->input_left_shift) &&
         slt_rounding_ok(p->rounding);
}

uint32_t slt_softmax_bytes(const slt_softmax_params_t* p) { return (uint32_t)(p->rows * p->depth); }

void slt_softmax(const slt_softmax_params_t* p, const int8_t* input, int8_t* output) {
  for (int32_t r = 0; r < p->rows; ++r) softmax_row(p, input + r * p->depth, output + r * p->depth);
}
