// SPDX-License-Identifier: Apache-2.0
// The way in and out.
#include "print.h"

void program(void);
void leave(void);
void reset(void);

void leave(void) {
  register uint32_t operation __asm("r0") = 0x18U;  // SYS_EXIT
  register uint32_t argument __asm("r1") = 0x20026U;
  __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
  for (;;) {
  }
}

void reset(void) {
#if defined(__ARM_FP)
  *(volatile uint32_t*)0xE000ED88U = 0x00F00000U;
  __asm volatile("dsb\n\tisb" ::: "memory");
#endif
  program();
  print_text("end\n");
  leave();
}
