// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Numbers as text, without a C library. C11, freestanding, no state.
 */
#ifndef SLT_TEXT_H_
#define SLT_TEXT_H_

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where text goes; `write` gets all of it, in order, not terminated by 0. */
typedef struct {
  void* ctx;
  void (*write)(void* ctx, const char* text, uint32_t bytes);
} slt_text_t;

/** A string that ends with 0. */
void slt_text_string(const slt_text_t* out, const char* text);

/** `bytes` characters; each one that is not printable ASCII becomes '?'. */
void slt_text_printable(const slt_text_t* out, const char* text, uint32_t bytes);

/** Decimal, without leading zeros. */
void slt_text_unsigned(const slt_text_t* out, uint64_t value);

/** Two hexadecimal digits, lower case. */
void slt_text_hex_byte(const slt_text_t* out, uint8_t value);

/**
 * With three decimals, such as "-0.125". Rounded to nearest with ties to even, as printf("%.3f") does, or truncated
 * towards zero. Exact below 2^53; larger values print as 9007199254740992.000, others as "nan", "inf", "-inf".
 */
void slt_text_float(const slt_text_t* out, float value, bool truncate);

/**
 * Reads an unsigned decimal number that is the whole text.
 *
 * @return false: no digits, another character, or more than UINT32_MAX; `value` is then not changed.
 */
bool slt_text_parse_unsigned(const char* text, uint32_t bytes, uint32_t* value);

/** Value of a hexadecimal digit of either case, or -1. */
int slt_text_hex_digit(char digit);

#ifdef __cplusplus
}
#endif

#endif  // SLT_TEXT_H_
