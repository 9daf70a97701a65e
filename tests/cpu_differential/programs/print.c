// SPDX-License-Identifier: Apache-2.0
#include "print.h"

void print_text(const char* text) {
  register uint32_t operation __asm("r0") = 4U;  // SYS_WRITE0
  register const char* argument __asm("r1") = text;
  // What the call leaves in r0 is the host's affair.
  __asm volatile("bkpt 0xAB\n\tmovs r0, #0" : "+r"(operation) : "r"(argument) : "cc", "memory");
}

static void write_hex(char* to, uint32_t value) {
  for (int i = 0; i < 8; ++i) to[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15U];
}

void print_value(const char* name, uint32_t value) {
  char digits[12] = " ";
  write_hex(digits + 1, value);
  digits[9] = '\n';
  digits[10] = 0;
  print_text(name);
  print_text(digits);
}

void print_value64(const char* name, uint64_t value) {
  print_value(name, (uint32_t)(value >> 32));
  print_value(name, (uint32_t)value);
}

uint32_t mix(uint32_t sum, uint32_t value) { return (((sum << 5) | (sum >> 27)) ^ value) * 0x9E3779B1U; }

uint32_t next_random(uint32_t* state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  *state = x;
  return x;
}
