// SPDX-License-Identifier: Apache-2.0
#include "slt_text.h"

#include <stddef.h>

void slt_text_string(const slt_text_t* out, const char* text) {
  uint32_t bytes = 0;
  while (text[bytes] != '\0') ++bytes;
  out->write(out->ctx, text, bytes);
}

void slt_text_printable(const slt_text_t* out, const char* text, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; ++i) {
    const char c = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    out->write(out->ctx, &c, 1U);
  }
}

enum { kMaxDigits = 20 };

/* Writes the digits in front of `end` and returns how many. */
static uint32_t digits_of(uint64_t value, char* end) {
  uint32_t count = 0;
  do {
    *--end = (char)('0' + (char)(value % 10U));
    value /= 10U;
    ++count;
  } while (value != 0U);
  return count;
}

void slt_text_unsigned(const slt_text_t* out, uint64_t value) {
  char digits[kMaxDigits];
  const uint32_t count = digits_of(value, digits + kMaxDigits);
  out->write(out->ctx, digits + (kMaxDigits - count), count);
}

void slt_text_hex_byte(const slt_text_t* out, uint8_t value) {
  static const char kDigits[] = "0123456789abcdef";
  const char text[2] = {kDigits[value >> 4], kDigits[value & 0xFU]};
  out->write(out->ctx, text, 2U);
}

#define FRACTION_BITS 23
#define EXPONENT_SPECIAL 0xFFU
#define EXPONENT_BIAS 127
#define MAX_SHIFT 29 /* 24 bits of significand and 10 of the factor stay within 63 */

/* |value| in thousandths. A shift to the right by 64 or more leaves nothing. */
static uint64_t thousandths(uint32_t bits, bool truncate) {
  const uint32_t exponent_field = bits >> FRACTION_BITS & EXPONENT_SPECIAL;
  const uint32_t fraction = bits & ((UINT32_C(1) << FRACTION_BITS) - 1U);
  const uint64_t significand = exponent_field == 0U ? fraction : fraction | UINT32_C(1) << FRACTION_BITS;
  const int32_t exponent = (exponent_field == 0U ? 1 : (int32_t)exponent_field) - EXPONENT_BIAS - FRACTION_BITS;
  if (exponent > MAX_SHIFT) return (UINT64_C(1) << 53) * 1000U;
  const uint64_t scaled = significand * 1000U;
  if (exponent >= 0) return scaled << (uint32_t)exponent;
  const uint32_t shift = (uint32_t)-exponent;
  if (shift >= 64U) return 0U;
  const uint64_t whole = scaled >> shift;
  const uint64_t rest = scaled - (whole << shift);
  const uint64_t half = UINT64_C(1) << (shift - 1U);
  const bool up = !truncate && (rest > half || (rest == half && (whole & 1U) != 0U));
  return whole + (up ? 1U : 0U);
}

void slt_text_float(const slt_text_t* out, float value, bool truncate) {
  union {
    float value;
    uint32_t bits;
  } number = {value};
  if (number.bits >> 31 != 0U && value == value) slt_text_string(out, "-");
  if ((number.bits >> FRACTION_BITS & EXPONENT_SPECIAL) == EXPONENT_SPECIAL) {
    slt_text_string(out, value == value ? "inf" : "nan");
    return;
  }
  const uint64_t milli = thousandths(number.bits, truncate);
  slt_text_unsigned(out, milli / 1000U);
  const uint32_t decimals = (uint32_t)(milli % 1000U);
  const char text[4] = {'.', (char)('0' + (char)(decimals / 100U)), (char)('0' + (char)(decimals / 10U % 10U)),
                        (char)('0' + (char)(decimals % 10U))};
  out->write(out->ctx, text, 4U);
}

bool slt_text_parse_unsigned(const char* text, uint32_t bytes, uint32_t* value) {
  if (bytes == 0U) return false;
  uint64_t parsed = 0;
  for (uint32_t i = 0; i < bytes; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    parsed = parsed * 10U + (uint64_t)(text[i] - '0');
    if (parsed > UINT32_MAX) return false;
  }
  *value = (uint32_t)parsed;
  return true;
}

int slt_text_hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}
