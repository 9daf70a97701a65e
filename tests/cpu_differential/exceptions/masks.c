// SPDX-License-Identifier: Apache-2.0
#include "exceptions.h"

// The manuals leave open whether the frame holds the address of the call or that of the next instruction.
static void skip_call(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
#if V7M
  log_value("hfsr", HFSR);
  log_value("cfsr", CFSR);
  HFSR = HFSR;
#endif
  if ((*(const uint16_t*)stacked->pc & 0xFF00U) == 0xDF00U) stacked->pc += 2;
}

static void call_supervisor(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  svc();
  log_value("after the call", 0);
}

#if V7M
static void set_base(uint32_t priority) { __asm volatile("msr basepri, %0\n\tisb" : : "r"(priority) : "memory"); }
static void raise_base(uint32_t priority) { __asm volatile("msr basepri_max, %0\n\tisb" : : "r"(priority) : "memory"); }
static uint32_t base(void) {
  uint32_t value;
  __asm volatile("mrs %0, basepri" : "=r"(value));
  return value;
}

static void mask_faults(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  __asm volatile("cpsid f\n\tisb" ::: "memory");
  pend(kIrq + 1);
  log_value("still inside", 0);
}
#endif

void test_masks(void) {
  test("PRIMASK holds everything back");
  enable_irqs(0xFF);
  set_priority(kIrq + 1, 0x40);
  mask();
  pend(kIrq + 1);
  pend(kIrq + 2);
  log_value("pending", NVIC_ISPR);
  unmask();

  test("a supervisor call under PRIMASK");
  actions[kHardFault] = skip_call;
  mask();
  svc();
  log_value("after the call", 0);
  unmask();

  test("a supervisor call from a handler of higher priority");
  enable_irqs(0xFF);
  set_priority(kSvc, 0x80);
  set_priority(kIrq, 0x40);
  actions[kHardFault] = skip_call;
  actions[kIrq] = call_supervisor;
  pend(kIrq);

#if V7M
  test("BASEPRI");
  enable_irqs(0xFF);
  set_priority(kIrq + 1, 0x40);
  set_priority(kIrq + 2, 0x80);
  set_priority(kIrq + 3, 0xC0);
  set_base(0x80);
  pend(kIrq + 3);
  pend(kIrq + 2);
  pend(kIrq + 1);
  log_value("pending", NVIC_ISPR);
  set_base(0xC0);
  log_value("pending", NVIC_ISPR);
  set_base(0);
  log_value("pending", NVIC_ISPR);
  raise_base(0x80);
  log_value("basepri", base());
  raise_base(0xC0);
  log_value("basepri", base());
  raise_base(0x40);
  log_value("basepri", base());
  raise_base(0);
  log_value("basepri", base());
  set_base(0);

  test("FAULTMASK");
  enable_irqs(0xFF);
  __asm volatile("cpsid f\n\tisb" ::: "memory");
  pend(kIrq + 1);
  log_value("pending", NVIC_ISPR);
  __asm volatile("cpsie f\n\tisb" ::: "memory");

  test("FAULTMASK ends with the handler");
  enable_irqs(0xFF);
  set_priority(kIrq, 0x80);
  actions[kIrq] = mask_faults;
  pend(kIrq);
  uint32_t value;
  __asm volatile("mrs %0, faultmask" : "=r"(value));
  log_value("faultmask", value);
#endif
}
