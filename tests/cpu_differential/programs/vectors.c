// SPDX-License-Identifier: Apache-2.0
// Vector table of programs that expect no exception.
#include "print.h"

extern uint32_t stack_top[];
void reset(void);
void leave(void);

static void unexpected(void) {
  uint32_t exception;
  __asm volatile("mrs %0, ipsr" : "=r"(exception));
  print_value("unexpected exception", exception);
  leave();
}

typedef void (*vector)(void);
typedef struct {
  const uint32_t* stack;
  vector exceptions[15];
} vector_table;

__attribute__((section(".vectors"), used)) static const vector_table kVectors = {
    stack_top,
    {reset, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected,
     unexpected, unexpected, unexpected, unexpected, unexpected}};
