// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

uint32_t semihosting(uint32_t operation, const void* argument);
void print(const char* text);
void print_hex(uint32_t value);
void exit_with(int code);

#define REGISTER(address) (*(volatile uint32_t*)(address))
