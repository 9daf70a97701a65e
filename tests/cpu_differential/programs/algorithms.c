// SPDX-License-Identifier: Apache-2.0
// What integer code of firmware is made of; prints checksums.
#include <stddef.h>
#include <stdint.h>

#include "print.h"

#define COUNT 257

static int32_t values_a[COUNT];
static int32_t values_b[COUNT];

static void fill(int32_t* values, uint32_t seed) {
  for (int i = 0; i < COUNT; ++i) values[i] = (int32_t)next_random(&seed);
}

static uint32_t sum_of(const void* data, size_t bytes) {
  const uint8_t* p = data;
  uint32_t sum = 1;
  for (size_t i = 0; i < bytes; ++i) sum = mix(sum, p[i]);
  return sum;
}

static void quick_sort(int32_t* v, int low, int high) {
  while (low < high) {
    const int32_t pivot = v[(low + high) / 2];
    int i = low;
    int j = high;
    while (i <= j) {
      while (v[i] < pivot) ++i;
      while (v[j] > pivot) --j;
      if (i <= j) {
        const int32_t t = v[i];
        v[i++] = v[j];
        v[j--] = t;
      }
    }
    quick_sort(v, low, j);
    low = i;
  }
}

typedef int (*compare)(int32_t, int32_t);
static int up(int32_t a, int32_t b) { return (a > b) - (a < b); }
static int by_low_byte(int32_t a, int32_t b) { return (int)(uint8_t)a - (int)(uint8_t)b; }

static void insertion_sort(int32_t* v, int count, compare order) {
  for (int i = 1; i < count; ++i) {
    const int32_t x = v[i];
    int j = i - 1;
    for (; j >= 0 && order(v[j], x) > 0; --j) v[j + 1] = v[j];
    v[j + 1] = x;
  }
}

static void sorting(void) {
  fill(values_a, 11);
  quick_sort(values_a, 0, COUNT - 1);
  print_value("quick sort", sum_of(values_a, sizeof values_a));
  fill(values_b, 11);
  insertion_sort(values_b, COUNT, up);
  print_value("insertion sort", sum_of(values_b, sizeof values_b));
  insertion_sort(values_b, COUNT, by_low_byte);
  print_value("stable sort", sum_of(values_b, sizeof values_b));
}

static void checksums(void) {
  uint32_t crc = 0xFFFFFFFFU;
  uint32_t a = 1;
  uint32_t b = 0;
  uint16_t ccitt = 0xFFFF;
  uint32_t seed = 3;
  for (int i = 0; i < 2000; ++i) {
    const uint8_t byte = (uint8_t)next_random(&seed);
    crc ^= byte;
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
    a = (a + byte) % 65521U;
    b = (b + a) % 65521U;
    ccitt = (uint16_t)(ccitt ^ (byte << 8));
    for (int k = 0; k < 8; ++k) ccitt = (uint16_t)((ccitt & 0x8000U) != 0 ? (ccitt << 1) ^ 0x1021 : ccitt << 1);
  }
  print_value("crc32", ~crc);
  print_value("adler32", (b << 16) | a);
  print_value("crc16", ccitt);
}

static void fixed_point(void) {
  static int16_t samples[400];
  static const int16_t taps[16] = {-120,  340,   -800, 1500,  -2600, 4200, -7000, 20000,
                                   20000, -7000, 4200, -2600, 1500,  -800, 340,   -120};
  uint32_t seed = 5;
  for (int i = 0; i < 400; ++i) samples[i] = (int16_t)next_random(&seed);
  uint32_t sum = 0;
  for (int i = 0; i + 16 <= 400; ++i) {
    int32_t accumulator = 1 << 14;
    for (int k = 0; k < 16; ++k) accumulator += samples[i + k] * taps[k];
    accumulator >>= 15;
    if (accumulator > 32767) accumulator = 32767;
    if (accumulator < -32768) accumulator = -32768;
    sum = mix(sum, (uint32_t)accumulator);
  }
  print_value("fir", sum);
  int32_t y1 = 0;
  int32_t y2 = 0;
  for (int i = 0; i < 400; ++i) {
    const int64_t t =
        (int64_t)samples[i] * 0x10000 + (int64_t)y1 * 0x7000000 / 0x4000000 - (int64_t)y2 * 0x3300000 / 0x4000000;
    y2 = y1;
    y1 = (int32_t)(t >> 1);
    sum = mix(sum, (uint32_t)y1);
  }
  print_value("biquad", sum);
}

static void wide_arithmetic(void) {
  uint32_t seed = 9;
  uint64_t sum = 0;
  for (int i = 0; i < 300; ++i) {
    const uint64_t x = ((uint64_t)next_random(&seed) << 32) | next_random(&seed);
    const uint64_t y = (((uint64_t)next_random(&seed) << 32) | next_random(&seed)) >> (next_random(&seed) & 63U);
    const int shift = (int)(next_random(&seed) & 63U);
    sum += x * y;
    sum ^= x + y;
    sum -= y - x;
    sum = (sum << 7) | (sum >> 57);
    sum += x << shift;
    sum ^= x >> shift;
    sum += (uint64_t)((int64_t)x >> shift);
    if (y != 0) {
      sum += x / y;
      sum ^= x % y;
      sum += (uint64_t)((int64_t)x / (int64_t)y);
      sum ^= (uint64_t)((int64_t)x % (int64_t)y);
    }
    sum += (uint64_t)((int64_t)x < (int64_t)y) + 2U * (uint64_t)(x < y) + 4U * (uint64_t)(x == y);
    const int32_t p = (int32_t)x;
    const int32_t q = (int32_t)y;
    if (q != 0 && q != -1) sum += (uint64_t)(uint32_t)(p / q) + (uint64_t)(uint32_t)(p % q);
    if (q != 0) sum ^= (uint64_t)((uint32_t)p / (uint32_t)q) << 20;
    sum += (uint64_t)__builtin_clz((uint32_t)x | 1U) + (uint64_t)__builtin_ctz((uint32_t)x | 0x80000000U) +
           (uint64_t)__builtin_popcountll(x);
    sum ^= __builtin_bswap64(x);
    sum += __builtin_bswap32((uint32_t)y) + __builtin_bswap16((uint16_t)y);
  }
  print_value64("64 bits", sum);
}

struct __attribute__((packed)) record {
  uint8_t kind;
  uint32_t length;
  int16_t level;
  uint64_t stamp;
};
struct fields {
  uint32_t a : 3;
  int32_t b : 7;
  uint32_t c : 11;
  int32_t d : 11;
};

static void bytes(void) {
  static uint8_t buffer[512];
  uint32_t seed = 21;
  for (int i = 0; i < 512; ++i) buffer[i] = (uint8_t)next_random(&seed);
  uint32_t sum = 0;
  for (int i = 0; i < 100; ++i) {
    struct record* r = (struct record*)(buffer + i * 3);
    r->length += r->kind;
    r->level = (int16_t)(r->level - 3);
    r->stamp ^= 0x0123456789ABCDEFU;
    sum = mix(sum, (uint32_t)r->level);
  }
  struct fields f = {0, 0, 0, 0};
  for (int i = 0; i < 200; ++i) {
    f.a = f.a + 1U;
    f.b = (f.b + 5) & 0x3F;
    f.c ^= next_random(&seed) & 0x7FFU;
    f.d = (int32_t)(next_random(&seed) & 0x3FFU) - 512;
    sum = mix(sum, (uint32_t)(f.b * f.d) + f.a + f.c);
  }
  for (int i = 0; i < 400; ++i) buffer[(i * 7) & 511] = buffer[(i * 13 + 1) & 511];
  print_value("bytes", mix(sum, sum_of(buffer, sizeof buffer)));
}

static int decide(uint32_t x) {
  switch (x) {
    case 0:
      return 3;
    case 1:
      return -7;
    case 2:
      return 40000;
    case 3:
      return (int)x * 5;
    case 4:
      return 1;
    case 7:
      return 99;
    case 8:
      return -1;
    case 9:
      return 123456;
    case 11:
      return 12;
    default:
      return (int)x;
  }
}
static int ackermann(int m, int n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static void control(void) {
  uint32_t sum = 0;
  uint32_t seed = 33;
  for (int i = 0; i < 300; ++i) {
    const uint32_t x = next_random(&seed);
    sum = mix(sum, (uint32_t)decide(x & 15U));
    sum += (x & 1U) != 0 && (x & 6U) != 0 ? x >> 3 : (x & 8U) != 0 ? 5U : ~x;
  }
  print_value("switch", sum);
  print_value("ackermann", (uint32_t)ackermann(2, 6));
}

void algorithms(void) {
  sorting();
  checksums();
  fixed_point();
  wide_arithmetic();
  bytes();
  control();
}
