// SPDX-License-Identifier: Apache-2.0
// From handler to handler without the thread; qemu knows no SLEEPONEXIT.
#include "exceptions.h"

static volatile uint32_t ticks;
static volatile uint32_t thread_steps;

static void count(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  log_value("tick", ++ticks);
  log_value("thread", thread_steps);
  if (ticks == 3) {
    SYST_CSR = 0;
    SCR = 0;
  }
}

void program(void) {
  test("asleep from handler to handler");
  verbose = 0;
  actions[kSysTick] = count;
  SCR = SLEEPONEXIT;
  mask();
  SYST_RVR = 49999;
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm volatile("wfi" ::: "memory");
  unmask();  // the first handler; the thread goes on after the third
  ++thread_steps;
  log_value("ticks", ticks);
}
