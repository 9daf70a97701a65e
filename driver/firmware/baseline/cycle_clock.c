// SPDX-License-Identifier: Apache-2.0
#include "cycle_clock.h"

#include "mcu.h"

#if defined(__ARM_ARCH_6M__)

#define SYST_CSR UINT32_C(0xE000E010)
#define SYST_RVR UINT32_C(0xE000E014)
#define SYST_CVR UINT32_C(0xE000E018)
#define SYST_CSR_ENABLE_TICKINT_CPU UINT32_C(7)

enum { kTimerBits = 24 };

static volatile uint32_t wraps;

void mcu_systick_handler(void) { ++wraps; }

void cycle_clock_start(void) {
  wraps = 0;
  mcu_write32(SYST_RVR, (UINT32_C(1) << kTimerBits) - 1U);
  mcu_write32(SYST_CVR, 0U);
  mcu_write32(SYST_CSR, SYST_CSR_ENABLE_TICKINT_CPU);
}

uint64_t cycle_clock(void) {
  uint32_t before;
  uint32_t left;
  do {
    before = wraps;
    left = mcu_read32(SYST_CVR);
  } while (before != wraps);
  return ((uint64_t)before << kTimerBits) + (((UINT32_C(1) << kTimerBits) - 1U) - left);
}

#else

static uint32_t last;
static uint32_t wraps;

void cycle_clock_start(void) {
  mcu_write32(MCU_DEMCR, mcu_read32(MCU_DEMCR) | MCU_DEMCR_TRCENA);
  mcu_write32(MCU_DWT_CYCCNT, 0U);
  mcu_write32(MCU_DWT_CTRL, mcu_read32(MCU_DWT_CTRL) | MCU_DWT_CTRL_CYCCNTENA);
  last = 0;
  wraps = 0;
}

uint64_t cycle_clock(void) {
  const uint32_t now = mcu_read32(MCU_DWT_CYCCNT);
  if (now < last) ++wraps;
  last = now;
  return ((uint64_t)wraps << 32) | now;
}

#endif
