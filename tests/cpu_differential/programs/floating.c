// SPDX-License-Identifier: Apache-2.0
// Floating point: instructions where the core has them, the compiler's library elsewhere.
#include "print.h"

static uint32_t bits_of(float x) {
  uint32_t word;
  __builtin_memcpy(&word, &x, 4);
  return word;
}

static float square_root(float x) {
#if defined(__ARM_FP)
  float y;
  __asm("vsqrt.f32 %0, %1" : "=t"(y) : "t"(x));
  return y;
#else
  float y = x > 1.0F ? x : 1.0F;
  for (int i = 0; i < 30; ++i) y = 0.5F * (y + x / y);
  return y;
#endif
}

static float exponential(float x) {
  float term = 1.0F;
  float sum = 1.0F;
  for (int i = 1; i < 20; ++i) {
    term *= x / (float)i;
    sum += term;
  }
  return sum;
}

static float polynomial(const float* c, int count, float x) {
  float y = 0.0F;
  for (int i = 0; i < count; ++i) y = y * x + c[i];
  return y;
}

typedef struct {
  float re, im;
} complex_number;

static complex_number multiply(complex_number a, complex_number b) {
  const complex_number c = {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  return c;
}

void floating(void) {
  static const float c[6] = {0.25F, -1.5F, 3.0F, 1e-3F, -7.75F, 12.0F};
  uint32_t sum = 0;
  uint32_t seed = 55;
  double total = 0.0;
  for (int i = 0; i < 200; ++i) {
    const int32_t n = (int32_t)next_random(&seed) >> (next_random(&seed) & 31U);
    const float x = (float)n / 65536.0F;
    sum = mix(sum, bits_of(x));
    sum = mix(sum, bits_of(polynomial(c, 6, x * 1e-4F)));
    sum = mix(sum, bits_of(square_root(x < 0.0F ? -x : x)));
    sum = mix(sum, (uint32_t)(int32_t)(x * 0.37F));
    sum = mix(sum, bits_of((float)(uint32_t)n));
    sum = mix(sum, (uint32_t)(x < 1.0F ? -x : x * x > 1e9F ? 0.0F : x * x));
    sum = mix(sum, bits_of(exponential(x * 1e-3F - (float)(int32_t)(x * 1e-3F))));
    total += (double)x * 1.0000001;
    if (total > 1e6) total = total / 3.0 - 1.0;
  }
  complex_number z = {0.7F, 0.714F};
  complex_number w = {1.0F, 0.0F};
  for (int i = 0; i < 100; ++i) {
    w = multiply(w, z);
    sum = mix(sum, bits_of(w.re) ^ bits_of(w.im));
  }
  float m[4][4];
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k) m[i][k] = (float)(i * 4 + k) * 0.3F - 2.0F + (i == k ? 5.0F : 0.0F);
  for (int p = 0; p < 4; ++p) {  // Gauss-Jordan, in place
    const float pivot = 1.0F / m[p][p];
    m[p][p] = 1.0F;
    for (int k = 0; k < 4; ++k) m[p][k] *= pivot;
    for (int i = 0; i < 4; ++i) {
      if (i == p) continue;
      const float factor = m[i][p];
      m[i][p] = 0.0F;
      for (int k = 0; k < 4; ++k) m[i][k] -= factor * m[p][k];
    }
  }
  for (int i = 0; i < 16; ++i) sum = mix(sum, bits_of(m[i / 4][i % 4]));
  print_value("float", sum);
  uint64_t word;
  __builtin_memcpy(&word, &total, 8);
  print_value64("double", word);
}
