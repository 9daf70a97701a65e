// SPDX-License-Identifier: Apache-2.0
// What registers of the processor keep and how narrow accesses reach them; bits that every core has.
#include "exceptions.h"

#define BYTE(address) (*(volatile uint8_t*)(address))
#define HALFWORD(address) (*(volatile uint16_t*)(address))

static void set_and_clear(void) {
  test("enable and pending bits");
  mask();
  NVIC_ISER = 0x0000A5A5U;
  NVIC_ISER = 0x00000F00U;  // adds
  log_value("iser", NVIC_ISER & 0xFFFFU);
  NVIC_ICER = 0x00000105U;
  log_value("icer", NVIC_ICER & 0xFFFFU);
  NVIC_ICER = 0xFFFFFFFFU;
  NVIC_ISPR = 0x00003C00U;
  NVIC_ICPR = 0x00000C00U;
  log_value("ispr", NVIC_ISPR & 0xFFFFU);
  log_value("icpr", NVIC_ICPR & 0xFFFFU);
  NVIC_ICPR = 0xFFFFFFFFU;
  unmask();
}

static void priorities(void) {
  test("priorities");
  for (uint32_t word = 0; word < 4; ++word) NVIC_IPR(word) = 0xC08040FFU ^ (word * 0x40404040U);
  for (uint32_t word = 0; word < 4; ++word) log_value("ipr", NVIC_IPR(word) & 0xC0C0C0C0U);
  SHPR(1) = 0xFFFFFFFFU;
  SHPR(2) = 0xFFFFFFFFU;
  log_value("shpr2", SHPR(1) & 0xC0C0C0C0U);
  log_value("shpr3", SHPR(2) & 0xC0C00000U);
  SHPR(1) = 0;
  SHPR(2) = 0;
  for (uint32_t word = 0; word < 4; ++word) NVIC_IPR(word) = 0;
}

static void keys(void) {
  test("the key of AIRCR");
#if V7M
  AIRCR = 0x05FA0300U;
  log_value("aircr", (AIRCR >> 8) & 7U);
  AIRCR = 0x00000500U;  // ignored
  log_value("aircr", (AIRCR >> 8) & 7U);
  AIRCR = 0x05FA0000U;
#endif
  log_value("key", AIRCR >> 16);
}

#if V7M
static void narrow_accesses(void) {
  test("narrow accesses");
  BYTE(0xE000E401U) = 0xC0;
  BYTE(0xE000E403U) = 0x40;
  log_value("ipr", NVIC_IPR(0) & 0xC0C0C0C0U);
  log_value("byte", BYTE(0xE000E401U) & 0xC0U);
  HALFWORD(0xE000E402U) = 0x8040U;
  log_value("ipr", NVIC_IPR(0) & 0xC0C0C0C0U);
  log_value("halfword", HALFWORD(0xE000E400U) & 0xC0C0U);
  NVIC_IPR(0) = 0;
  BYTE(0xE000ED1FU) = 0x80;  // SVCall
  BYTE(0xE000ED22U) = 0x40;  // PendSV
  log_value("shpr2", SHPR(1) & 0xC0C0C0C0U);
  log_value("shpr3", SHPR(2) & 0xC0C00000U);
  SHPR(1) = 0;
  SHPR(2) = 0;
}

static void log_narrow_status(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("mmfsr", BYTE(0xE000ED28U));
  log_value("bfsr", BYTE(0xE000ED29U));
  log_value("ufsr", HALFWORD(0xE000ED2AU));
  BYTE(0xE000ED28U) = 0xFF;  // clears nothing of the others
  log_value("cfsr", CFSR);
  HALFWORD(0xE000ED2AU) = 0x0001U;
  log_value("cfsr", CFSR);
  BYTE(0xE000ED29U) = 0xFF;
  log_value("cfsr", CFSR);
  stacked->pc += 2;
}

static void fault_status(void) {
  test("narrow accesses to the fault status");
  SHCSR |= 7U << 16;
  actions[kUsageFault] = log_narrow_status;
  actions[kBusFault] = log_narrow_status;
  __asm volatile("udf #1");
  __asm volatile("mov r1, %0\n\tldr r0, [r1]" : : "r"(NOWHERE) : "r0", "r1");
  SHCSR &= ~(7U << 16);
  log_value("shcsr", SHCSR & 0x7FFDBU);
}

static void vector_table(void) {
  test("vector table offset");
  const uint32_t original = VTOR;
  VTOR = original + 0x400U;
  log_value("vtor", VTOR - original);
  VTOR = original;
}
#endif

#if defined(__ARM_FP)
#define FPDSCR REGISTER(0xE000EF3CU)

static void log_float_status(frame* stacked, uint32_t exc_return) {
  (void)stacked;
  (void)exc_return;
  uint32_t fpscr;
  __asm volatile("vmov.f32 s0, #1.0\n\tvmrs %0, fpscr" : "=r"(fpscr) : : "s0");
  log_value("fpscr of the handler", fpscr);
}

static void float_defaults(void) {
  test("defaults of a floating-point context");
  FPDSCR = 0xFFFFFFFFU;
  log_value("fpdscr", FPDSCR & 0x07C00000U);
  FPDSCR = 0x02800000U;
  __asm volatile("vmsr fpscr, %0" : : "r"(0x10000003U));
  actions[kSvc] = log_float_status;
  svc();
  uint32_t fpscr;
  __asm volatile("vmrs %0, fpscr" : "=r"(fpscr));
  log_value("fpscr of the thread", fpscr);
  FPDSCR = 0;
  __asm volatile("vmsr fpscr, %0" : : "r"(0));
  log_value("cpacr", CPACR & 0x00F00000U);
  log_value("mvfr0", REGISTER(0xE000EF40U) & 0xFU);
}
#endif

void test_registers(void) {
  set_and_clear();
  priorities();
  keys();
#if V7M
  narrow_accesses();
  fault_status();
  vector_table();
#endif
#if defined(__ARM_FP)
  float_defaults();
#endif
}
