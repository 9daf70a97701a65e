// SPDX-License-Identifier: Apache-2.0
/*
 * One filter by six columns, or four filters by one: what the registers hold. Six columns because weights come from
 * flash, whose wait states are then shared by six products. Weights and columns are in the same order within a word
 * (0 2 1 3), in which one instruction widens half a word of weights; so they are never put back.
 */
#include "slt_matmul.h"

#if SLT_HAVE_DSP

typedef uint32_t __attribute__((may_alias)) word_t; /* two int16 of a buffer */

int16_t* slt_widen_units(const int8_t* input, int32_t units, int32_t zero_point, int16_t* to, int32_t columns) {
  const uint32_t offset = slt_both_halves(-zero_point);
  word_t* out = (word_t*)(void*)to;
  const int32_t step = columns * 2;
  for (int32_t u = 0; u < units; ++u) {
    const uint32_t bytes = slt_load_bytes(input);
    input += 4;
    out[0] = slt_widen_even_add(offset, bytes);
    out[1] = slt_widen_odd_add(offset, bytes);
    out += step;
  }
  return (int16_t*)(void*)out;
}

int16_t* slt_zero_units(int32_t units, int16_t* to, int32_t columns) {
  word_t* out = (word_t*)(void*)to;
  const int32_t step = columns * 2;
  for (int32_t u = 0; u < units; ++u) {
    out[0] = 0U;
    out[1] = 0U;
    out += step;
  }
  return (int16_t*)(void*)out;
}

typedef struct {
  int32_t c0, c1, c2, c3, c4, c5;
} sums_t;

/*
 * One unit of a filter with one unit of six columns. Weights advance; `at` is the distance from `columns` in bytes.
 *
 * In assembly because the order counts: a load behind a load takes one cycle, alone it takes two, and the registers
 * just suffice. Compilers interleave loads and products, and spill.
 */
#if defined(SLT_DSP_EMULATION)
#define ADD_UNIT(s, weights, columns, at) add_unit(&(s), &(weights), (columns) + (at) / 4)
static inline void add_unit(sums_t* s, const int8_t** weights, const word_t* columns) {
  const uint32_t bytes = slt_load_bytes(*weights);
  const uint32_t even = slt_widen_even(bytes);
  const uint32_t odd = slt_widen_odd(bytes);
  s->c0 = slt_multiply_pairs(odd, columns[1], slt_multiply_pairs(even, columns[0], s->c0));
  s->c1 = slt_multiply_pairs(odd, columns[3], slt_multiply_pairs(even, columns[2], s->c1));
  s->c2 = slt_multiply_pairs(odd, columns[5], slt_multiply_pairs(even, columns[4], s->c2));
  s->c3 = slt_multiply_pairs(odd, columns[7], slt_multiply_pairs(even, columns[6], s->c3));
  s->c4 = slt_multiply_pairs(odd, columns[9], slt_multiply_pairs(even, columns[8], s->c4));
  s->c5 = slt_multiply_pairs(odd, columns[11], slt_multiply_pairs(even, columns[10], s->c5));
  *weights += 4;
}
#else
#define ADD_UNIT(s, weights, columns, at)                                                                             \
  do {                                                                                                                \
    uint32_t bytes, half, x, y, z;                                                                                    \
    __asm(                                                                                                            \
        "ldr %[bytes], [%[w]], #4\n\t"                                                                                \
        "ldr %[x], [%[columns], %[at0]]\n\t"                                                                          \
        "ldr %[y], [%[columns], %[at0] + 8]\n\t"                                                                      \
        "ldr %[z], [%[columns], %[at0] + 16]\n\t"                                                                     \
        "sxtb16 %[half], %[bytes]\n\t"                                                                                \
        "smlad %[s0], %[half], %[x], %[s0]\n\t"                                                                       \
        "smlad %[s1], %[half], %[y], %[s1]\n\t"                                                                       \
        "smlad %[s2], %[half], %[z], %[s2]\n\t"                                                                       \
        "ldr %[x], [%[columns], %[at0] + 24]\n\t"                                                                     \
        "ldr %[y], [%[columns], %[at0] + 32]\n\t"                                                                     \
        "ldr %[z], [%[columns], %[at0] + 40]\n\t"                                                                     \
        "smlad %[s3], %[half], %[x], %[s3]\n\t"                                                                       \
        "smlad %[s4], %[half], %[y], %[s4]\n\t"                                                                       \
        "smlad %[s5], %[half], %[z], %[s5]\n\t"                                                                       \
        "ldr %[x], [%[columns], %[at0] + 4]\n\t"                                                                      \
        "ldr %[y], [%[columns], %[at0] + 12]\n\t"                                                                     \
        "ldr %[z], [%[columns], %[at0] + 20]\n\t"                                                                     \
        "sxtb16 %[half], %[bytes], ror #8\n\t"                                                                        \
        "smlad %[s0], %[half], %[x], %[s0]\n\t"                                                                       \
        "smlad %[s1], %[half], %[y], %[s1]\n\t"                                                                       \
        "smlad %[s2], %[half], %[z], %[s2]\n\t"                                                                       \
        "ldr %[x], [%[columns], %[at0] + 28]\n\t"                                                                     \
        "ldr %[y], [%[columns], %[at0] + 36]\n\t"                                                                     \
        "ldr %[z], [%[columns], %[at0] + 44]\n\t"                                                                     \
        "smlad %[s3], %[half], %[x], %[s3]\n\t"                                                                       \
        "smlad %[s4], %[half], %[y], %[s4]\n\t"                                                                       \
        "smlad %[s5], %[half], %[z], %[s5]"                                                                           \
        : [s0] "+r"((s).c0), [s1] "+r"((s).c1), [s2] "+r"((s).c2), [s3] "+r"((s).c3), [s4] "+r"((s).c4),              \
          [s5] "+r"((s).c5), [w] "+r"(weights), [bytes] "=&r"(bytes), [half] "=&r"(half), [x] "=&r"(x), [y] "=&r"(y), \
          [z] "=&r"(z)                                                                                                \
        : [columns] "r"(columns), [at0] "i"(at)                                                                       \
        : "memory");                                                                                                  \
  } while (0)
#endif

enum { kUnitBytes = kSltBlockColumns * kSltUnit * 2, kUnitWords = kUnitBytes / 4 };

/* The values behind the last complete unit; `rest` is their number. */
SLT_NOINLINE static void add_rest(sums_t* s, const int8_t* weights, const int16_t* columns, int32_t rest) {
  for (int32_t i = 0; i < rest; ++i) {
    s->c0 = slt_add_wrap(s->c0, weights[i] * columns[i]);
    s->c1 = slt_add_wrap(s->c1, weights[i] * columns[rest + i]);
    s->c2 = slt_add_wrap(s->c2, weights[i] * columns[2 * rest + i]);
    s->c3 = slt_add_wrap(s->c3, weights[i] * columns[3 * rest + i]);
    s->c4 = slt_add_wrap(s->c4, weights[i] * columns[4 * rest + i]);
    s->c5 = slt_add_wrap(s->c5, weights[i] * columns[5 * rest + i]);
  }
}

static inline bool plain_filter(const slt_filters_t* f, int32_t filter) {
  const int32_t scale = filter * f->scale_step;
  return f->all_plain || slt_is_plain(slt_bias_of(f, filter), f->bias_limit, f->multipliers[scale], f->shifts[scale]);
}

SLT_NOINLINE static void finish_rare(const slt_filters_t* f, int32_t filter, const int32_t* sums, int32_t used,
                                     int8_t* output, int32_t step) {
  const int32_t multiplier = f->multipliers[filter * f->scale_step];
  const int32_t shift = f->shifts[filter * f->scale_step];
  for (int32_t c = 0; c < used; ++c) {
    *output = slt_finish(&f->stage, sums[c], multiplier, shift);
    output += step;
  }
}

static inline void finish_block(const slt_filters_t* f, int32_t filter, const sums_t* s, int32_t used, int8_t* output,
                                int32_t step) {
  if (used == kSltBlockColumns && plain_filter(f, filter)) {
    const slt_plain_scale_t scale =
        slt_plain_scale(f->multipliers[filter * f->scale_step], f->shifts[filter * f->scale_step]);
    const slt_output_stage_t stage = f->stage;
    *output = slt_finish_plain(&stage, s->c0, scale);
    output += step;
    *output = slt_finish_plain(&stage, s->c1, scale);
    output += step;
    *output = slt_finish_plain(&stage, s->c2, scale);
    output += step;
    *output = slt_finish_plain(&stage, s->c3, scale);
    output += step;
    *output = slt_finish_plain(&stage, s->c4, scale);
    output += step;
    *output = slt_finish_plain(&stage, s->c5, scale);
  } else {
    const int32_t sums[kSltBlockColumns] = {s->c0, s->c1, s->c2, s->c3, s->c4, s->c5};
    finish_rare(f, filter, sums, used, output, step);
  }
}

void slt_multiply_block(const slt_filters_t* f, const int16_t* values, int32_t used, int8_t* output,
                        int32_t output_step) {
  const int32_t units = f->depth / kSltUnit;
  const int32_t rest = f->depth % kSltUnit;
  const int8_t* weights = f->weights;
  const word_t* const first = (const word_t*)(const void*)values + units % 2 * kUnitWords;
  const word_t* const last = (const word_t*)(const void*)values + units * kUnitWords;
  for (int32_t filter = 0; filter < f->filters; ++filter) {
    const int32_t bias = slt_bias_of(f, filter);
    sums_t s = {bias, bias, bias, bias, bias, bias};
    const word_t* columns = first;
    if (units % 2 != 0) ADD_UNIT(s, weights, columns, -kUnitBytes);
    while (columns != last) {
      ADD_UNIT(s, weights, columns, 0);
      ADD_UNIT(s, weights, columns, kUnitBytes);
      columns += 2 * kUnitWords;
    }
    if (rest != 0) {
      add_rest(&s, weights, (const int16_t*)(const void*)columns, rest);
      weights += rest;
    }
    finish_block(f, filter, &s, used, output + filter, output_step);
  }
}

static inline int32_t add_unit_1(const int8_t* weights, uint32_t even, uint32_t odd, int32_t sum) {
  const uint32_t bytes = slt_load_bytes(weights);
  sum = slt_multiply_pairs(slt_widen_even(bytes), even, sum);
  return slt_multiply_pairs(slt_widen_odd(bytes), odd, sum);
}

static void finish_one(const slt_filters_t* f, int32_t filter, int32_t sum, int8_t* output) {
  const int32_t multiplier = f->multipliers[filter * f->scale_step];
  const int32_t shift = f->shifts[filter * f->scale_step];
  output[filter] = plain_filter(f, filter) ? slt_finish_plain(&f->stage, sum, slt_plain_scale(multiplier, shift))
                                           : slt_finish(&f->stage, sum, multiplier, shift);
}

static int32_t rest_of(const int8_t* weights, const int16_t* column, int32_t rest) {
  int32_t sum = 0;
  for (int32_t i = 0; i < rest; ++i) sum += weights[i] * column[i];
  return sum;
}

static void multiply_four(const slt_filters_t* f, int32_t filter, const word_t* column, int8_t* output) {
  const int32_t rest = f->depth % kSltUnit;
  const int8_t* a = f->weights + filter * f->depth;
  const int8_t* b = a + f->depth;
  const int8_t* c = b + f->depth;
  const int8_t* d = c + f->depth;
  int32_t s0 = slt_bias_of(f, filter);
  int32_t s1 = slt_bias_of(f, filter + 1);
  int32_t s2 = slt_bias_of(f, filter + 2);
  int32_t s3 = slt_bias_of(f, filter + 3);
  const word_t* const last = column + f->depth / kSltUnit * 2;
  while (column != last) {
    const uint32_t even = column[0];
    const uint32_t odd = column[1];
    column += 2;
    s0 = add_unit_1(a, even, odd, s0);
    s1 = add_unit_1(b, even, odd, s1);
    s2 = add_unit_1(c, even, odd, s2);
    s3 = add_unit_1(d, even, odd, s3);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
  }
  if (rest != 0) {
    const int16_t* tail = (const int16_t*)(const void*)column;
    s0 = slt_add_wrap(s0, rest_of(a, tail, rest));
    s1 = slt_add_wrap(s1, rest_of(b, tail, rest));
    s2 = slt_add_wrap(s2, rest_of(c, tail, rest));
    s3 = slt_add_wrap(s3, rest_of(d, tail, rest));
  }
  finish_one(f, filter, s0, output);
  finish_one(f, filter + 1, s1, output);
  finish_one(f, filter + 2, s2, output);
  finish_one(f, filter + 3, s3, output);
}

static void multiply_one(const slt_filters_t* f, int32_t filter, const word_t* column, int8_t* output) {
  const int8_t* weights = f->weights + filter * f->depth;
  int32_t sum = slt_bias_of(f, filter);
  const word_t* const last = column + f->depth / kSltUnit * 2;
  while (column != last) {
    sum = add_unit_1(weights, column[0], column[1], sum);
    weights += 4;
    column += 2;
  }
  sum = slt_add_wrap(sum, rest_of(weights, (const int16_t*)(const void*)column, f->depth % kSltUnit));
  finish_one(f, filter, sum, output);
}

void slt_multiply_column(const slt_filters_t* f, const int16_t* values, int8_t* output) {
  const word_t* column = (const word_t*)(const void*)values;
  int32_t filter = 0;
  for (; filter + 4 <= f->filters; filter += 4) multiply_four(f, filter, column, output);
  for (; filter < f->filters; ++filter) multiply_one(f, filter, column, output);
}

#endif  // SLT_HAVE_DSP
