// SPDX-License-Identifier: Apache-2.0
// Output through semihosting.
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>

void print_text(const char* text);
// A line: the name and eight hexadecimal digits.
void print_value(const char* name, uint32_t value);
void print_value64(const char* name, uint64_t value);

// A checksum over everything given to it so far.
uint32_t mix(uint32_t sum, uint32_t value);
// A sequence without visible order.
uint32_t next_random(uint32_t* state);

#endif
