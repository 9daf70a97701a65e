// SPDX-License-Identifier: Apache-2.0
// What the simulator's speed is measured with: an int8 matrix product, the bulk of an inference, and code with short
// blocks and many branches, the rest of a program.
#include "tests/cpu/firmware/start.h"

enum { kRows = 16, kDepth = 128, kColumns = 32, kRounds = 40 };

static const int8_t weights[kRows][kDepth] = {{1, -2, 3}, {4, 5, -6}, {7, 8, 9}};
static int8_t activations[kColumns][kDepth];
static volatile uint32_t sink;

static uint32_t matrix_product(void) {
  uint32_t sum = 0;
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      int32_t accumulator = 0;
      for (int k = 0; k < kDepth; k += 4) {
        accumulator += weights[row][k] * activations[column][k];
        accumulator += weights[row][k + 1] * activations[column][k + 1];
        accumulator += weights[row][k + 2] * activations[column][k + 2];
        accumulator += weights[row][k + 3] * activations[column][k + 3];
      }
      sum += (uint32_t)accumulator;
    }
  }
  return sum;
}

static uint32_t checksum(const uint8_t* bytes, int count) {
  uint32_t crc = 0xFFFFFFFFU;
  for (int k = 0; k < count; ++k) {
    crc ^= bytes[k];
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
  }
  return crc;
}

int main(void) {
  for (int round = 0; round < kRounds; ++round) {
    for (int k = 0; k < kColumns * kDepth; ++k) ((int8_t*)activations)[k] = (int8_t)(k * 7 + round);
    sink = matrix_product();
    sink = checksum((const uint8_t*)activations, kColumns * kDepth);
  }
  return 0;
}
