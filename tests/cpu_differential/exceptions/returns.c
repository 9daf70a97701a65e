// SPDX-License-Identifier: Apache-2.0
// Returns from exceptions that fail, and stacks that are not there.
#include "exceptions.h"

#if V7M

static uint32_t process_stack[64] __attribute__((aligned(8)));
static frame* saved;

static void log_fault(void) {
  log_value("cfsr", CFSR);
  log_value("hfsr", HFSR);
  CFSR = CFSR;
  HFSR = HFSR;
}

static void use_process_stack(const void* pointer) {
  __asm volatile("msr psp, %0\n\tmsr control, %1\n\tisb" : : "r"(pointer), "r"(2) : "memory");
}

static void use_main_stack(void) { __asm volatile("msr control, %0\n\tisb" : : "r"(0) : "memory"); }

#if !V8M
static uint32_t bad_return;

static void return_badly(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  return_with = bad_return;
}

static void return_to_thread(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  log_value("exc_return", exc_return);
  log_fault();
  return_with = 0xFFFFFFF9U;
}

static void return_to_handler(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  log_value("exc_return", exc_return);
  log_fault();
  return_with = 0xFFFFFFF1U;
}

static void interrupt_itself(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  pend(kIrq);
  log_value("back", SHCSR & 0x80U);
}

static void bad_values(void) {
  static const uint32_t values[] = {0xFFFFFFF3U, 0xFFFFFFF0U, 0xFFFFFFF5U, 0xFFFFFFFFU, 0xFFFFFFF1U};
  for (unsigned i = 0; i < sizeof values / sizeof values[0]; ++i) {
    test("a return with a value that is none");
    bad_return = values[i];
    actions[kSvc] = return_badly;
    actions[kUsageFault] = return_to_thread;
    svc();
    log_value("thread", values[i]);
  }
  test("a return to the thread past a handler");
  enable_irqs(1);
  set_priority(kSvc, 0x80);
  set_priority(kIrq, 0x40);
  bad_return = 0xFFFFFFF9U;
  actions[kSvc] = interrupt_itself;
  actions[kIrq] = return_badly;
  actions[kUsageFault] = return_to_handler;
  svc();
}
#endif

static void lose_process_stack(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  saved = stacked;
  __asm volatile("msr psp, %0" : : "r"(NOWHERE));
}

static void find_process_stack(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("frame", (uint32_t)stacked);
  log_fault();
  __asm volatile("msr psp, %0" : : "r"(saved));
}

// A frame for what could not be stacked.
static void make_process_stack(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("frame", (uint32_t)stacked);
  log_fault();
  extern char after_lost_stack[];
  saved = (frame*)(process_stack + 40);
  saved->pc = (uint32_t)after_lost_stack & ~1U;
  saved->xpsr = 0x01000000U;
  __asm volatile("msr psp, %0" : : "r"(saved));
}

__attribute__((naked, noinline)) static void call_without_stack(void) {
  __asm volatile(
      "push {r4-r11, lr}\n\t"
      "ldr r0, =0x90000100\n\t"
      "msr psp, r0\n\t"
      "movs r0, #2\n\t"
      "msr control, r0\n\t"
      "isb\n\t"
      "svc #9\n\t"
      ".global after_lost_stack\n"
      "after_lost_stack:\n\t"
      "movs r0, #0\n\t"
      "msr control, r0\n\t"
      "isb\n\t"
      "pop {r4-r11, pc}\n\t"
      ".ltorg\n");
}

void test_returns(void) {
  use_main_stack();  // without a floating-point context: the frames are short
  SHCSR |= 7U << 16;
  barrier();
#if !V8M
  bad_values();
#endif
  test("a process stack that is gone at the return");
  set_priority(kSvc, 0x40);
  actions[kSvc] = lose_process_stack;
  actions[kBusFault] = find_process_stack;
  use_process_stack(process_stack + 64);
  svc();
  use_main_stack();

  test("a process stack that is not there at the entry");
  set_priority(kSvc, 0x40);
  actions[kBusFault] = make_process_stack;
  call_without_stack();

  test("the same as HardFault");
  SHCSR &= ~(7U << 16);
  barrier();
  set_priority(kSvc, 0x40);
  actions[kHardFault] = make_process_stack;
  call_without_stack();
  log_value("thread", 0);
}

#else

void test_returns(void) {}

#endif
