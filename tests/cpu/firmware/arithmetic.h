// SPDX-License-Identifier: Apache-2.0
// Runs on the simulated core and, compiled by the host's compiler, in the test that knows what must come out.
#pragma once

#include <stdint.h>

static inline uint32_t arithmetic_next(uint32_t* state) {
  *state = *state * 1664525U + 1013904223U;
  return *state;
}

static inline uint32_t arithmetic_checksum(int rounds) {
  static volatile uint32_t table[64];
  static volatile uint8_t bytes[64];
  static volatile int16_t halves[32];
  uint32_t state = 1;
  uint32_t sum = 0;
  for (int k = 0; k < 64; ++k) {
    table[k] = 0;
    bytes[k] = 0;
    halves[k / 2] = 0;
  }
  for (int round = 0; round < rounds; ++round) {
    const uint32_t a = arithmetic_next(&state);
    const uint32_t b = arithmetic_next(&state);
    const int32_t sa = (int32_t)a;
    const int32_t sb = (int32_t)b;
    const uint64_t wide = (uint64_t)a * b;
    const int64_t signed_wide = (int64_t)sa * sb;
    table[round & 63] = a ^ (b >> (a & 31));
    bytes[round & 63] = (uint8_t)(a >> 3);
    halves[round & 31] = (int16_t)(b >> 7);
    sum += (uint32_t)(wide >> 32) ^ (uint32_t)signed_wide ^ (uint32_t)((uint64_t)signed_wide >> 32);
    sum += b != 0 ? a / b + a % b : 1U;
    sum += (uint32_t)(sa / ((sb & 1023) + 1)) + (uint32_t)(sa % ((sb & 1023) + 1));
    sum += (uint32_t)(wide / (a | 1U)) + (uint32_t)(wide % (b | 1U));
    sum ^= (uint32_t)(sa >> (b & 15)) + (a << (b & 15)) + ((a >> 5 | a << 27) & 0xFF00FF00U);
    sum += (uint32_t)halves[(round + 7) & 31] + bytes[(round + 3) & 63] + (uint32_t)(int8_t)bytes[(round + 5) & 63];
    sum += table[(round + 9) & 63];
    sum += (a & 0xF0U) == 0x30U ? b : (a > b ? a : 7U);
    sum += (uint32_t)(sa < sb) + 2U * (uint32_t)(sa >= 0) + 4U * (uint32_t)(a <= b);
    switch (a & 7U) {
      case 0:
        sum += 3;
        break;
      case 1:
        sum ^= b;
        break;
      case 2:
        sum = ~sum;
        break;
      case 3:
        sum -= b;
        break;
      case 5:
        sum *= 3;
        break;
      case 6:
        sum += (uint32_t)__builtin_clz(a | 1U);
        break;
      default:
        sum += 11;
        break;
    }
  }
  return sum;
}
