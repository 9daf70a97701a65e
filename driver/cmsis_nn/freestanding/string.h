// SPDX-License-Identifier: Apache-2.0
/** @file What CMSIS-NN takes from the C library; driver/firmware/common/memory.c has it. */
#ifndef SLT_FREESTANDING_STRING_H_
#define SLT_FREESTANDING_STRING_H_

#include <stddef.h>

void* memcpy(void* restrict to, const void* restrict from, size_t bytes);
void* memmove(void* to, const void* from, size_t bytes);
void* memset(void* to, int value, size_t bytes);
int memcmp(const void* a, const void* b, size_t bytes);

#endif  // SLT_FREESTANDING_STRING_H_
