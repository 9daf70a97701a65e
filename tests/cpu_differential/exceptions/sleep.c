// SPDX-License-Identifier: Apache-2.0
#include "exceptions.h"

static volatile uint32_t ticks;

static void count_tick(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  if (++ticks < 3) return;
  SYST_CSR = 0;
  ICSR = PENDSTCLR;  // on a busy host the reference may have got to a fourth
}

static void start_timer(uint32_t period) {
  ticks = 0;
  SYST_RVR = period - 1U;
  SYST_CVR = 0;
  SYST_CSR = 7;
}

void test_sleep(void) {
  test("WFI with an interrupt pending under PRIMASK");
  enable_irqs(0xFF);
  mask();
  pend(kIrq + 1);
  __asm volatile("wfi" ::: "memory");
  log_value("awake", NVIC_ISPR);
  unmask();

  // Handlers log nothing that depends on when they come.
  test("WFI until the third tick");
  verbose = 0;
  actions[kSysTick] = count_tick;
  start_timer(50000);
  while (ticks < 3) {
    mask();  // a tick between the question and the sleep still wakes
    if (ticks < 3) __asm volatile("wfi" ::: "memory");
    unmask();
  }
  log_value("ticks", ticks);
  log_value("control", SYST_CSR & 3U);  // the source of its clock is the chip's affair
  log_value("reload", SYST_RVR);

  test("counter without interrupt");
  SYST_RVR = 1000;
  SYST_CVR = 0;
  SYST_CSR = 5;
  while ((SYST_CSR & (1U << 16)) == 0) {
  }
  SYST_CSR = 0;
  log_value("pending", ICSR & (1U << 26));
  SYST_CVR = 1234;
  log_value("current", SYST_CVR);
  log_value("control", SYST_CSR & 0x10003U);

  test("WFE after SEV");
  __asm volatile("sev\n\twfe" ::: "memory");
  log_value("awake", 0);

  test("WFE after an exception");
  pend(kPendSv);
  __asm volatile("wfe" ::: "memory");
  log_value("awake", 0);

  test("WFE with a disabled interrupt that becomes pending");
  SCR = SEVONPEND;
  __asm volatile("sev\n\twfe" ::: "memory");
  NVIC_ISPR = 1U << 1;
  __asm volatile("wfe" ::: "memory");
  log_value("pending", NVIC_ISPR);
  SCR = 0;
}
