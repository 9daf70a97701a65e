// SPDX-License-Identifier: Apache-2.0
// Instructions that the program writes itself, more than once to the same place.
#include "print.h"

typedef uint32_t (*function)(void);

static uint16_t code[8] __attribute__((aligned(4)));

void code_in_ram(void) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 20; ++i) {
    volatile uint16_t* const to = code;
    to[0] = (uint16_t)(0x2000U | i);                   // movs r0, #i
    to[1] = (uint16_t)(0x3000U | ((i * 7U) & 0xFFU));  // adds r0, #7i
    to[2] = 0x4770;                                    // bx lr
    __asm volatile("dsb\n\tisb" ::: "memory");
    const function run = (function)((uint32_t)code | 1U);
    sum = mix(sum, run());
    to[1] = 0x43C0;  // mvns r0, r0
    __asm volatile("dsb\n\tisb" ::: "memory");
    sum = mix(sum, run());
  }
  print_value("code in ram", sum);
}
