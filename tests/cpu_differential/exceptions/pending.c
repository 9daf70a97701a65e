// SPDX-License-Identifier: Apache-2.0
// Order of exceptions that wait, and preemption. Priorities in steps of 0x40, which every core has.
#include "exceptions.h"

static int remaining;

static void pend_pendsv(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  pend(kPendSv);
  log_value("pended", kPendSv);
}

static void pend_three(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  pend(kIrq + 5);
  pend(kIrq + 1);
  pend(kIrq + 3);
  log_value("pended", NVIC_ISPR);
}

static void pend_itself(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  if (remaining-- > 0) pend(kIrq + 2);
  log_value("pending", NVIC_ISPR);
}

static void take_back(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  pend(kIrq + 4);
  pend(kIrq + 6);
  NVIC_ICPR = 1U << 4;
  barrier();
  log_value("pending", NVIC_ISPR);
}

static void raise_priority(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  pend(kIrq + 1);
  log_value("still inside", 0);
  set_priority(kIrq + 1, 0x00);
  barrier();
  log_value("after it", 0);
}

static void disable_it(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  NVIC_ICER = 1U << 1;
  pend(kIrq + 1);
}

void test_pending(void) {
  test("PendSV from a thread");
  pend(kPendSv);
  log_value("thread", 0);

  test("PendSV waits for a handler of its own priority");
  actions[kSvc] = pend_pendsv;
  svc();

  test("PendSV preempts a handler of lower priority");
  set_priority(kSvc, 0x80);
  set_priority(kPendSv, 0x40);
  actions[kSvc] = pend_pendsv;
  svc();

  test("by number at the same priority");
  enable_irqs(0xFF);
  mask();
  for (int e = kIrq + 7; e >= kIrq; --e) pend(e);
  pend(kSysTick);
  pend(kPendSv);
  log_value("icsr", ICSR & 0x1E7FF000U);
  unmask();

  test("by priority");
  enable_irqs(0xFF);
  for (int i = 0; i < 8; ++i) set_priority(kIrq + i, (uint32_t)((i * 3) & 3) << 6);
  set_priority(kPendSv, 0xC0);
  set_priority(kSysTick, 0x40);
  mask();
  pend(kPendSv);
  pend(kSysTick);
  for (int e = kIrq; e < kIrq + 8; ++e) pend(e);
  unmask();

  test("nested");
  enable_irqs(0xFF);
  set_priority(kIrq + 0, 0xC0);
  set_priority(kIrq + 1, 0x80);
  set_priority(kIrq + 3, 0x40);
  set_priority(kIrq + 5, 0xC0);
  actions[kIrq] = pend_three;
  pend(kIrq);

  test("a line that pends itself");
  enable_irqs(0xFF);
  remaining = 2;
  actions[kIrq + 2] = pend_itself;
  pend(kIrq + 2);

  test("pending taken back");
  enable_irqs(0xFF);
  actions[kIrq + 2] = take_back;
  pend(kIrq + 2);

  test("priority raised while pending");
  enable_irqs(0xFF);
  set_priority(kIrq + 0, 0x40);
  set_priority(kIrq + 1, 0x80);
  actions[kIrq] = raise_priority;
  pend(kIrq);

  test("disabled lines pend but wait");
  enable_irqs(0x01);
  actions[kIrq] = disable_it;
  pend(kIrq);
  log_value("pending", NVIC_ISPR);
  log_value("enabled", NVIC_ISER & 0xFF);
  enable_irqs(0x02);
  barrier();
  log_value("pending", NVIC_ISPR);

  test("NMI");
  set_priority(kPendSv, 0x40);
  actions[kNmi] = pend_pendsv;
  mask();
  pend(kNmi);
  log_value("masked thread", 0);
  unmask();

  test("PendSV and SysTick taken back");
  mask();
  ICSR = PENDSVSET;
  ICSR = PENDSTSET;
  log_value("icsr", ICSR & 0x1E7FF000U);
  ICSR = PENDSVCLR;
  ICSR = PENDSTCLR;
  log_value("icsr", ICSR & 0x1E7FF000U);
  unmask();

#if V7M
  test("software trigger");
  enable_irqs(0xFF);
  STIR = 6;
  barrier();

  test("groups of priorities");
  AIRCR = 0x05FA0000U | (6U << 8);  // one bit of group priority
  log_value("aircr", (AIRCR >> 8) & 7U);
  enable_irqs(0xFF);
  set_priority(kIrq + 0, 0x40);
  set_priority(kIrq + 1, 0x00);
  set_priority(kIrq + 3, 0xC0);
  set_priority(kIrq + 5, 0x80);
  actions[kIrq] = pend_three;  // none preempts: 1 is of the same group
  pend(kIrq);
  AIRCR = 0x05FA0000U;

  test("another vector table");
  extern const uint32_t kVectors[32];
  static uint32_t copy[32] __attribute__((aligned(256)));
  const uint32_t original = VTOR;
  for (int i = 0; i < 32; ++i) copy[i] = kVectors[i];
  copy[kPendSv] = kVectors[kSvc];
  VTOR = (uint32_t)copy;
  barrier();
  pend(kPendSv);
  VTOR = original;
  barrier();
#endif
}
