// SPDX-License-Identifier: Apache-2.0
/* The four functions that a freestanding compiler may call. Words where both sides are aligned, else bytes. */
#include <stddef.h>
#include <stdint.h>

void* memcpy(void* restrict to, const void* restrict from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);

/* May alias any type, as the bytes behind it do. */
typedef uint32_t __attribute__((may_alias)) word_t;

void* memcpy(void* restrict to, const void* restrict from, size_t bytes) {
  uint8_t* t = (uint8_t*)to;
  const uint8_t* f = (const uint8_t*)from;
  if ((((uintptr_t)t | (uintptr_t)f) & 3U) == 0U) {
    word_t* tw = (word_t*)to;
    const word_t* fw = (const word_t*)from;
    for (; bytes >= 16U; bytes -= 16U) {
      const word_t a = fw[0];
      const word_t b = fw[1];
      const word_t c = fw[2];
      const word_t d = fw[3];
      tw[0] = a;
      tw[1] = b;
      tw[2] = c;
      tw[3] = d;
      tw += 4;
      fw += 4;
    }
    for (; bytes >= 4U; bytes -= 4U) *tw++ = *fw++;
    t = (uint8_t*)tw;
    f = (const uint8_t*)fw;
  }
  while (bytes-- != 0U) *t++ = *f++;
  return to;
}

void* memmove(void* to, const void* from, size_t bytes) {
  uint8_t* t = (uint8_t*)to;
  const uint8_t* f = (const uint8_t*)from;
  if ((uintptr_t)t <= (uintptr_t)f || (uintptr_t)t >= (uintptr_t)f + bytes) return memcpy(to, from, bytes);
  while (bytes-- != 0U) t[bytes] = f[bytes];
  return to;
}

void* memset(void* to, int value, size_t bytes) {
  uint8_t* t = (uint8_t*)to;
  const uint32_t byte = (uint8_t)value;
  if (((uintptr_t)t & 3U) == 0U) {
    word_t* tw = (word_t*)to;
    for (; bytes >= 4U; bytes -= 4U) *tw++ = byte * UINT32_C(0x01010101);
    t = (uint8_t*)tw;
  }
  while (bytes-- != 0U) *t++ = (uint8_t)byte;
  return to;
}

int memcmp(const void* a, const void* b, size_t bytes) {
  const uint8_t* x = (const uint8_t*)a;
  const uint8_t* y = (const uint8_t*)b;
  for (size_t i = 0; i < bytes; ++i) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}
