// SPDX-License-Identifier: Apache-2.0
// Matrix products: in plain C, and with the DSP intrinsics where the core has them.
#include "print.h"

#if defined(__ARM_FEATURE_DSP)
#include <arm_acle.h>
#endif

#define N 12

static int8_t a8[N][N];
static int8_t b8[N][N];

static int32_t clamp(int32_t x) { return x > 127 ? 127 : x < -128 ? -128 : x; }

static void plain(void) {
  uint32_t sum = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      int32_t accumulator = i * 100 - j;
      for (int k = 0; k < N; ++k) accumulator += (a8[i][k] + 7) * b8[k][j];
      const int64_t product = (int64_t)accumulator * 1518500250 + (1 << 30);
      sum = mix(sum, (uint32_t)clamp((int32_t)(product >> 31) / 256));
    }
  }
  print_value("matrix", sum);
}

#if defined(__ARM_FEATURE_DSP)
static uint32_t word_at(const void* p) {
  uint32_t x;
  __builtin_memcpy(&x, p, 4);
  return x;
}

static uint32_t rotated(uint32_t x) { return (x >> 8) | (x << 24); }

static void with_intrinsics(void) {
  uint32_t sum = 0;
  int8_t transposed[N][N];
  for (int i = 0; i < N; ++i)
    for (int k = 0; k < N; ++k) transposed[k][i] = b8[i][k];
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      int32_t accumulator = i * 100 - j;
      int64_t wide = 0;
      for (int k = 0; k < N; k += 4) {
        const uint32_t x = word_at(&a8[i][k]);
        const uint32_t y = word_at(&transposed[j][k]);
        const int16x2_t x_even = __sxtab16(0x00070007, x);
        const int16x2_t x_odd = __sxtab16(0x00070007, (int8x4_t)rotated(x));
        const int16x2_t y_even = __sxtb16(y);
        const int16x2_t y_odd = __sxtb16((int8x4_t)rotated(y));
        accumulator = __smlad(x_even, y_even, accumulator);
        accumulator = __smlad(x_odd, y_odd, accumulator);
        wide = __smlald(x_even, y_odd, wide);
        wide = __smlsldx(x_odd, y_even, wide);
        sum += (uint32_t)__qadd16(x_even, y_odd) ^ (uint32_t)__shsub16(x_odd, y_even) ^ (uint32_t)__uqsub8(x, y);
        (void)__usub8(x, y);
        sum ^= __sel(x, y);
        sum += __usad8(x, y);
      }
      sum = mix(sum, (uint32_t)accumulator);
      sum = mix(sum, (uint32_t)wide);
      sum = mix(sum, (uint32_t)__ssat(accumulator, 8));
      sum = mix(sum, (uint32_t)__usat(accumulator, 13));
      sum = mix(sum, (uint32_t)__qadd((int32_t)sum, accumulator * 65536));
    }
  }
  print_value("intrinsics", sum);
}
#endif

void matrix(void) {
  uint32_t seed = 77;
  for (int i = 0; i < N; ++i) {
    for (int k = 0; k < N; ++k) {
      a8[i][k] = (int8_t)next_random(&seed);
      b8[i][k] = (int8_t)next_random(&seed);
    }
  }
  plain();
#if defined(__ARM_FEATURE_DSP)
  with_intrinsics();
#endif
}
