// SPDX-License-Identifier: Apache-2.0
// Fails in the way that its command line names.
#include "start.h"

static char command[32];

__attribute__((noinline, noclone)) static void load_from_nowhere(volatile uint32_t* place) { (void)*place; }

__attribute__((noinline)) static void undefined_instruction(void) { __asm__ volatile("udf #0"); }

__attribute__((noinline)) static void store_to_flash(volatile uint32_t* place) { *place = 1; }

// Each call takes more of the stack, until there is no memory below it.
__attribute__((noinline)) static uint32_t overflow_the_stack(uint32_t depth) {
  volatile uint32_t frame[64];
  frame[depth & 63] = depth;
  if (command[1] == 0) return 0;
  return overflow_the_stack(depth + 1) + frame[(depth + 1) & 63];
}

// No instruction takes the stack too far, but the frame of an exception does.
__attribute__((noinline, noreturn)) static void call_without_stack(void) {
  extern uint32_t bss_end[];
  __asm__ volatile("mov sp, %0\n\tsvc #0" ::"r"(bss_end + 2));
  for (;;) {
  }
}

__attribute__((noinline)) static void endless_loop(void) {
  for (;;) {
  }
}

__attribute__((noinline)) static void sleep_for_ever(void) {
  for (;;) __asm__ volatile("wfi");
}

int main(void) {
  const uint32_t block[2] = {(uint32_t)command, sizeof command};
  semihosting(0x15, block);
  switch (command[0]) {
    case 'e':
      return 3;
    case 'l':
      if (command[2] == 'a') load_from_nowhere((volatile uint32_t*)0x60000000);
      endless_loop();
      break;
    case 'u':
      undefined_instruction();
      break;
    case 'o':
      return (int)overflow_the_stack(0);
    case 'f':
      call_without_stack();
      break;
    case 's':
      if (command[1] == 't') store_to_flash((volatile uint32_t*)0x08000000);
      sleep_for_ever();
      break;
    default:
      break;
  }
  return 0;
}
