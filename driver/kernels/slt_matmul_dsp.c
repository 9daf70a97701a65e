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
  if (units % 2 != 0) {
    const uint32_t bytes = slt_load_bytes(input);
    input += 4;
    out[0] = slt_widen_even_add(offset, bytes);
    out[1] = slt_widen_odd_add(offset, bytes);
    out += step;
  }
  for (int32_t pairs = units / 2; pairs > 0; --pairs) {
    const uint32_t first = slt_load_bytes(input);
    const uint32_t second = slt_load_bytes(input + 4);
    input += 8;
    out[0] = slt_widen_even_add(offset, first);
    out[1] = slt_widen_odd_add(offset, first);
    out += step;
    out[0] = slt_widen_even_add(offset, second);
    out[1] = slt_widen_odd_add(offset, second);
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
 * just suffice. Compilers interleave loads and products, and spill. The instructions read memory that the compiler is
 * not told of, lest it keeps the sums there: nothing in the function below writes it.
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
    __asm volatile(                                                                                                   \
        "ldr.w %[bytes], [%[w]], #4\n\t"                                                                              \
        "ldr.w %[x], [%[columns], %[at0]]\n\t"                                                                        \
        "ldr.w %[y], [%[columns], %[at0] + 8]\n\t"                                                                    \
        "ldr.w %[z], [%[columns], %[at0] + 16]\n\t"                                                                   \
        "sxtb16 %[half], %[bytes]\n\t"                                                                                \
        "smlad %[s0], %[half], %[x], %[s0]\n\t"                                                                       \
        "smlad %[s1], %[half], %[y], %[s1]\n\t"                                                                       \
        "smlad %[s2], %[half], %[z], %[s2]\n\t"                                                                       \
        "ldr.w %[x], [%[columns], %[at0] + 24]\n\t"                                                                   \
        "ldr.w %[y], [%[columns], %[at0] + 32]\n\t"                                                                   \
        "ldr.w %[z], [%[columns], %[at0] + 40]\n\t"                                                                   \
        "smlad %[s3], %[half], %[x], %[s3]\n\t"                                                                       \
        "smlad %[s4], %[half], %[y], %[s4]\n\t"                                                                       \
        "smlad %[s5], %[half], %[z], %[s5]\n\t"                                                                       \
        "ldr.w %[x], [%[columns], %[at0] + 4]\n\t"                                                                    \
        "ldr.w %[y], [%[columns], %[at0] + 12]\n\t"                                                                   \
        "ldr.w %[z], [%[columns], %[at0] + 20]\n\t"                                                                   \
        "sxtb16 %[half], %[bytes], ror #8\n\t"                                                                        \
        "smlad %[s0], %[half], %[x], %[s0]\n\t"                                                                       \
        "smlad %[s1], %[half], %[y], %[s1]\n\t"                                                                       \
        "smlad %[s2], %[half], %[z], %[s2]\n\t"                                                                       \
        "ldr.w %[x], [%[columns], %[at0] + 28]\n\t"                                                                   \
        "ldr.w %[y], [%[columns], %[at0] + 36]\n\t"                                                                   \
        "ldr.w %[z], [%[columns], %[at0] + 44]\n\t"                                                                   \
        "smlad %[s3], %[half], %[x], %[s3]\n\t"                                                                       \
        "smlad %[s4], %[half], %[y], %[s4]\n\t"                                                                       \
        "smlad %[s5], %[half], %[z], %[s5]"                                                                           \
        : [s0] "+r"((s).c0), [s1] "+r"((s).c1), [s2] "+r"((s).c2), [s3] "+r"((s).c3), [s4] "+r"((s).c4),              \
          [s5] "+r"((s).c5), [w] "+r"(weights), [bytes] "=&r"(bytes), [half] "=&r"(half), [x] "=&r"(x), [y] "=&r"(y), \
          [z] "=&r"(z)                                                                                                \
        : [columns] "r"(columns), [at0] "i"(at));                                                                     \
  } while (0)
#endif

enum { kUnitBytes = kSltBlockColumns * kSltUnit * 2, kUnitWords = kUnitBytes / 4 };

/* Where value i of a unit is. */
static const uint8_t kOrder[kSltUnit] = {0, 2, 1, 3};

/*
 * A filter may take its last unit as a whole, with the first weights of the filters behind it, which zeros multiply.
 * But nothing may be read behind the last filter: these filters can.
 */
static int32_t filters_with_whole_units(const slt_filters_t* f) {
  const int32_t beyond = slt_units(f->depth) * kSltUnit - f->depth;  // at most 3, so more than one filter if depth is 1
  return slt_max(0, f->filters - (beyond + f->depth - 1) / f->depth);
}

/* The others take the values behind their last complete unit one by one. */
SLT_NOINLINE static int32_t add_rest(int32_t sum, const int8_t* weights, const int16_t* unit, int32_t rest) {
  for (int32_t i = 0; i < rest; ++i) sum = slt_add_wrap(sum, weights[i] * unit[kOrder[i]]);
  return sum;
}

static inline bool plain_filter(const slt_filters_t* f, int32_t filter) {
  const int32_t scale = filter * f->scale_step;
  return f->all_plain || slt_is_plain(slt_bias_of(f, filter), f->bias_limit, f->multipliers[scale], f->shifts[scale]);
}

static inline bool full_range(const slt_output_stage_t* stage) {
  return stage->act_min == kSltInt8Min && stage->act_max == kSltInt8Max;
}

SLT_NOINLINE static void finish_rare(const slt_filters_t* f, int32_t filter, const int32_t* sums, int32_t used,
                                     int8_t* output, int32_t step) {
  const int32_t multiplier = f->multipliers[filter * f->scale_step];
  const int32_t shift = f->shifts[filter * f->scale_step];
  const bool right = shift <= 0 && f->stage.rounding == kSltDoubleRounding;
  for (int32_t c = 0; c < used; ++c) {
    *output = right ? slt_to_int8(slt_divide_by_pot(slt_high_multiply_small(sums[c], multiplier), -shift),
                                  f->stage.zero_point, f->stage.act_min, f->stage.act_max)
                    : slt_finish(&f->stage, sums[c], multiplier, shift);
    output += step;
  }
}

static inline int32_t finish_value(const slt_output_stage_t* stage, int32_t sum, slt_plain_scale_t scale, bool full) {
  const int32_t value = slt_rescale_plain(sum, scale) + stage->zero_point;
  return full ? slt_saturate8(value) : slt_clamp(value, stage->act_min, stage->act_max);
}

/* All values before the first store, after which the compiler would read the stage again. */
static SLT_INLINE void finish_block(const slt_output_stage_t* stage, sums_t s, slt_plain_scale_t scale, bool full,
                                    int8_t* output, int32_t step) {
  s.c0 = finish_value(stage, s.c0, scale, full);
  s.c1 = finish_value(stage, s.c1, scale, full);
  s.c2 = finish_value(stage, s.c2, scale, full);
  s.c3 = finish_value(stage, s.c3, scale, full);
  s.c4 = finish_value(stage, s.c4, scale, full);
  s.c5 = finish_value(stage, s.c5, scale, full);
  *output = (int8_t)s.c0;
  output += step;
  *output = (int8_t)s.c1;
  output += step;
  *output = (int8_t)s.c2;
  output += step;
  *output = (int8_t)s.c3;
  output += step;
  *output = (int8_t)s.c4;
  output += step;
  *output = (int8_t)s.c5;
}

SLT_NOINLINE static void finish_clamped(const slt_filters_t* f, sums_t s, slt_plain_scale_t scale, int8_t* output,
                                        int32_t step) {
  finish_block(&f->stage, s, scale, false, output, step);
}

/* Sums of one filter with `units` units of six columns. */
static SLT_INLINE sums_t multiply_units(int32_t bias, const int8_t* weights, const word_t* columns, int32_t units) {
  sums_t s = {bias, bias, bias, bias, bias, bias};
  if (units % 2 != 0) {
    ADD_UNIT(s, weights, columns, 0);
    columns += kUnitWords;
  }
  const word_t* const last = columns + units / 2 * (2 * kUnitWords);
  while (columns != last) {
    ADD_UNIT(s, weights, columns, 0);
    ADD_UNIT(s, weights, columns, kUnitBytes);
    columns += 2 * kUnitWords;
  }
  return s;
}

static SLT_INLINE void finish_filter(const slt_filters_t* f, int32_t filter, sums_t s, int32_t used, bool full,
                                     int8_t* output, int32_t output_step) {
  if (used == kSltBlockColumns && plain_filter(f, filter)) {
    const slt_plain_scale_t scale =
        slt_plain_scale(f->multipliers[filter * f->scale_step], f->shifts[filter * f->scale_step]);
    if (full) {
      finish_block(&f->stage, s, scale, true, output + filter, output_step);
    } else {
      finish_clamped(f, s, scale, output + filter, output_step);
    }
  } else {
    const int32_t sums[kSltBlockColumns] = {s.c0, s.c1, s.c2, s.c3, s.c4, s.c5};
    finish_rare(f, filter, sums, used, output + filter, output_step);
  }
}

SLT_NOINLINE static void multiply_careful(const slt_filters_t* f, int32_t filter, const word_t* columns, int32_t used,
                                          int8_t* output, int32_t output_step) {
  const int32_t units = f->depth / kSltUnit;
  const int32_t rest = f->depth % kSltUnit;
  const int8_t* weights = f->weights + filter * f->depth;
  sums_t s = multiply_units(slt_bias_of(f, filter), weights, columns, units);
  const int16_t* unit = (const int16_t*)(const void*)(columns + units * kUnitWords);
  weights += units * kSltUnit;
  s.c0 = add_rest(s.c0, weights, unit, rest);
  s.c1 = add_rest(s.c1, weights, unit + kSltUnit, rest);
  s.c2 = add_rest(s.c2, weights, unit + 2 * kSltUnit, rest);
  s.c3 = add_rest(s.c3, weights, unit + 3 * kSltUnit, rest);
  s.c4 = add_rest(s.c4, weights, unit + 4 * kSltUnit, rest);
  s.c5 = add_rest(s.c5, weights, unit + 5 * kSltUnit, rest);
  finish_filter(f, filter, s, used, full_range(&f->stage), output, output_step);
}

void slt_multiply_block(const slt_filters_t* f, const int16_t* values, int32_t used, int8_t* output,
                        int32_t output_step) {
  const word_t* const columns = (const word_t*)(const void*)values;
  const int32_t units = slt_units(f->depth);
  const int32_t filters = filters_with_whole_units(f);
  const bool full = full_range(&f->stage);
  const int8_t* weights = f->weights;
  int32_t filter = 0;
  for (; filter < filters; ++filter) {
    const sums_t s = multiply_units(slt_bias_of(f, filter), weights, columns, units);
    weights += f->depth;
    finish_filter(f, filter, s, used, full, output, output_step);
  }
  for (; filter < f->filters; ++filter) multiply_careful(f, filter, columns, used, output, output_step);
}

static inline int32_t add_unit_1(const int8_t* weights, uint32_t even, uint32_t odd, int32_t sum) {
  const uint32_t bytes = slt_load_bytes(weights);
  sum = slt_multiply_pairs(slt_widen_even(bytes), even, sum);
  return slt_multiply_pairs(slt_widen_odd(bytes), odd, sum);
}

static inline void finish_one(const slt_filters_t* f, int32_t filter, int32_t sum, bool full, int8_t* output) {
  const int32_t multiplier = f->multipliers[filter * f->scale_step];
  const int32_t shift = f->shifts[filter * f->scale_step];
  if (plain_filter(f, filter)) {
    output[filter] = (int8_t)finish_value(&f->stage, sum, slt_plain_scale(multiplier, shift), full);
  } else {
    finish_rare(f, filter, &sum, 1, output + filter, 1);
  }
}

/* Four filters with one column. */
typedef struct {
  int32_t f0, f1, f2, f3;
} fours_t;

/* One unit; as ADD_UNIT. `weights` are those of the first filter, `fourth` those of the last, `depth` bytes apart. */
#if defined(SLT_DSP_EMULATION)
#define ADD_UNIT_4(s, weights, fourth, depth, column) add_unit_4(&(s), &(weights), &(fourth), depth, &(column))
static inline void add_unit_4(fours_t* s, const int8_t** weights, const int8_t** fourth, int32_t depth,
                              const word_t** column) {
  const uint32_t even = (*column)[0];
  const uint32_t odd = (*column)[1];
  s->f0 = add_unit_1(*weights, even, odd, s->f0);
  s->f1 = add_unit_1(*weights + depth, even, odd, s->f1);
  s->f2 = add_unit_1(*weights + 2 * depth, even, odd, s->f2);
  s->f3 = add_unit_1(*fourth, even, odd, s->f3);
  *column += 2;
  *weights += 4;
  *fourth += 4;
}
#else
#define ADD_UNIT_4(s, weights, fourth, depth, column)                                                                \
  do {                                                                                                               \
    uint32_t even, odd, x, y, half;                                                                                  \
    __asm volatile(                                                                                                  \
        "ldr.w %[x], [%[w], %[d]]\n\t"                                                                               \
        "ldr.w %[y], [%[w], %[d], lsl #1]\n\t"                                                                       \
        "ldr.w %[even], [%[column]], #4\n\t"                                                                         \
        "ldr.w %[odd], [%[column]], #4\n\t"                                                                          \
        "sxtb16 %[half], %[x]\n\t"                                                                                   \
        "sxtb16 %[x], %[x], ror #8\n\t"                                                                              \
        "smlad %[s1], %[half], %[even], %[s1]\n\t"                                                                   \
        "sxtb16 %[half], %[y]\n\t"                                                                                   \
        "sxtb16 %[y], %[y], ror #8\n\t"                                                                              \
        "smlad %[s2], %[half], %[even], %[s2]\n\t"                                                                   \
        "smlad %[s1], %[x], %[odd], %[s1]\n\t"                                                                       \
        "smlad %[s2], %[y], %[odd], %[s2]\n\t"                                                                       \
        "ldr.w %[x], [%[w]], #4\n\t"                                                                                 \
        "ldr.w %[y], [%[v]], #4\n\t"                                                                                 \
        "sxtb16 %[half], %[x]\n\t"                                                                                   \
        "sxtb16 %[x], %[x], ror #8\n\t"                                                                              \
        "smlad %[s0], %[half], %[even], %[s0]\n\t"                                                                   \
        "sxtb16 %[half], %[y]\n\t"                                                                                   \
        "sxtb16 %[y], %[y], ror #8\n\t"                                                                              \
        "smlad %[s3], %[half], %[even], %[s3]\n\t"                                                                   \
        "smlad %[s0], %[x], %[odd], %[s0]\n\t"                                                                       \
        "smlad %[s3], %[y], %[odd], %[s3]"                                                                           \
        : [s0] "+r"((s).f0), [s1] "+r"((s).f1), [s2] "+r"((s).f2), [s3] "+r"((s).f3), [w] "+r"(weights),             \
          [v] "+r"(fourth), [column] "+r"(column), [even] "=&r"(even), [odd] "=&r"(odd), [x] "=&r"(x), [y] "=&r"(y), \
          [half] "=&r"(half)                                                                                         \
        : [d] "r"(depth));                                                                                           \
  } while (0)
#endif

static inline void multiply_four(const slt_filters_t* f, int32_t filter, const word_t* column, int32_t units, bool full,
                                 int8_t* output) {
  const int32_t depth = f->depth;
  const int8_t* weights = f->weights + filter * depth;
  const int8_t* fourth = weights + 3 * depth;
  fours_t s = {slt_bias_of(f, filter), slt_bias_of(f, filter + 1), slt_bias_of(f, filter + 2),
               slt_bias_of(f, filter + 3)};
  if (units % 2 != 0) ADD_UNIT_4(s, weights, fourth, depth, column);
  for (int32_t n = units / 2; n > 0; --n) {
    ADD_UNIT_4(s, weights, fourth, depth, column);
    ADD_UNIT_4(s, weights, fourth, depth, column);
  }
  finish_one(f, filter, s.f0, full, output);
  finish_one(f, filter + 1, s.f1, full, output);
  finish_one(f, filter + 2, s.f2, full, output);
  finish_one(f, filter + 3, s.f3, full, output);
}

SLT_NOINLINE static void multiply_one(const slt_filters_t* f, int32_t filter, const word_t* column, int8_t* output) {
  const int8_t* weights = f->weights + filter * f->depth;
  int32_t sum = slt_bias_of(f, filter);
  for (int32_t n = f->depth / kSltUnit; n > 0; --n) {
    sum = add_unit_1(weights, column[0], column[1], sum);
    weights += 4;
    column += 2;
  }
  sum = add_rest(sum, weights, (const int16_t*)(const void*)column, f->depth % kSltUnit);
  finish_one(f, filter, sum, full_range(&f->stage), output);
}

void slt_multiply_column(const slt_filters_t* f, const int16_t* values, int8_t* output) {
  const word_t* column = (const word_t*)(const void*)values;
  const int32_t units = slt_units(f->depth);
  const int32_t filters = filters_with_whole_units(f);
  const bool full = full_range(&f->stage);
  int32_t filter = 0;
  for (; filter + 4 <= filters; filter += 4) multiply_four(f, filter, column, units, full, output);
  for (; filter < f->filters; ++filter) multiply_one(f, filter, column, output);
}

#endif  // SLT_HAVE_DSP
