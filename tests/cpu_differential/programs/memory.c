// SPDX-License-Identifier: Apache-2.0
// What the compiler calls in place of a C library.
#include <stddef.h>
#include <stdint.h>

void* memset(void* to, int value, size_t bytes);
void* memcpy(void* restrict to, const void* restrict from, size_t bytes);

void* memset(void* to, int value, size_t bytes) {
  uint8_t* t = to;
  while (bytes-- > 0) *t++ = (uint8_t)value;
  return to;
}

void* memcpy(void* restrict to, const void* restrict from, size_t bytes) {
  uint8_t* t = to;
  const uint8_t* f = from;
  while (bytes-- > 0) *t++ = *f++;
  return to;
}
