// SPDX-License-Identifier: Apache-2.0
// Process stack, unprivileged threads, stack limits.
#include "exceptions.h"

static uint32_t process_stack[64] __attribute__((aligned(8)));

static void log_stacks(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  uint32_t control;
  __asm volatile("mrs %0, control" : "=r"(control));
  log_value("control", control & 3U);
  log_value("frame in process stack", (uint32_t)stacked - (uint32_t)process_stack);
}

static void use_process_stack(uint32_t control) {
  __asm volatile("msr psp, %0\n\tmsr control, %1\n\tisb" : : "r"(process_stack + 64), "r"(control) : "memory");
}

static void use_main_stack(void) { __asm volatile("msr control, %0\n\tisb" : : "r"(0) : "memory"); }

static uint32_t process_pointer(void) {
  uint32_t value;
  __asm volatile("mrs %0, psp" : "=r"(value));
  return value - (uint32_t)process_stack;
}

#if V7M
static void become_privileged(frame* stacked, uint32_t exc_return) {
  log_stacks(stacked, exc_return);
  __asm volatile("msr control, %0\n\tisb" : : "r"(2) : "memory");
}

static void skip_instruction(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("cfsr", CFSR);
  if ((CFSR & 0x8000U) != 0) log_value("bfar", BFAR);
  CFSR = CFSR;
  stacked->pc += 2;
}

static void unprivileged(void) {
  test("an unprivileged thread");
  set_priority(kSvc, 0x40);
  actions[kSvc] = become_privileged;
  actions[kBusFault] = skip_instruction;
  SHCSR |= 1U << 17;
  use_process_stack(3);
  uint32_t primask;
  uint32_t control;
  uint32_t loaded = 0x55U;
  __asm volatile(
      "cpsid i\n\t"  // ignored
      "mrs %0, primask\n\t"
      "msr control, %3\n\t"  // ignored
      "isb\n\t"
      "mrs %1, control\n\t"
      "ldr %2, [%4]\n\t"  // BusFault
      "svc #0"
      : "=&l"(primask), "=&l"(control), "+&l"(loaded)
      : "l"(0), "l"(0xE000ED04U)
      : "memory");
  use_main_stack();
  log_value("primask", primask);
  log_value("control", control & 3U);
  log_value("loaded", loaded);
  SHCSR &= ~(1U << 17);
}
#endif

#if V8M
static void leave_overflow(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  (void)stacked;
  log_value("cfsr", CFSR);
  log_value("psp", process_pointer());
  CFSR = CFSR;
  __asm volatile("msr psplim, %0" : : "r"(0) : "memory");
}

static void limits(void) {
  test("a push below the stack limit");
  actions[kUsageFault] = leave_overflow;
  SHCSR |= 1U << 18;
  __asm volatile("msr psplim, %0" : : "r"(process_stack + 40) : "memory");
  use_process_stack(2);
  uint32_t limit;
  __asm volatile("mrs %0, psplim" : "=r"(limit));
  __asm volatile(
      "sub sp, #56\n\t"
      "push {r0-r11}\n\t"  // 48 bytes where 40 are left, enough for the frame; at the second attempt there is no limit
      "add sp, #104"
      :
      :
      : "memory");
  use_main_stack();
  log_value("psplim", limit - (uint32_t)process_stack);
  log_value("psp", process_pointer());
  SHCSR &= ~(1U << 18);
}
#endif

void test_stacks(void) {
  test("a thread on the process stack");
  actions[kSvc] = log_stacks;
  use_process_stack(2);
  svc();
  use_main_stack();
  log_value("psp", process_pointer());
  svc();
#if V7M
  unprivileged();
#endif
#if V8M
  limits();
#endif
}
