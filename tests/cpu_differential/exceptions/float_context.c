// SPDX-License-Identifier: Apache-2.0
// Floating-point registers across exceptions.
#include "exceptions.h"

#if defined(__ARM_FP)

static uint32_t thread_sp;

static void fill(void) {
  static const float values[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  __asm volatile("vldmia %0, {s0-s15}\n\tvldmia %0, {s16-s31}"
                 :
                 : "r"(values)
                 : "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13",
                   "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27",
                   "s28", "s29", "s30", "s31");
}

static void check(const char* name) {
  static uint32_t now[32];
  __asm volatile("vstmia %0, {s0-s31}" : : "r"(now) : "memory");
  uint32_t sum = 0;
  for (int i = 0; i < 32; ++i) sum = mix(sum, now[i]);
  log_value(name, sum);
  uint32_t fpscr;
  __asm volatile("vmrs %0, fpscr" : "=r"(fpscr));
  log_value("fpscr", fpscr);
}

static uint32_t control(void) {
  uint32_t value;
  __asm volatile("mrs %0, control" : "=r"(value));
  return value & 7U;
}

static void clobber(void) {
  __asm volatile("vmov s0, %0\n\tvmov s15, %0\n\tvmsr fpscr, %1" : : "r"(0x12345678), "r"(0x03000000) : "s0", "s15");
}

static void look(frame* stacked, uint32_t exc_return) {
  log_value("exc_return", exc_return & ~0x41U);
  log_value("frame", thread_sp - (uint32_t)stacked);
  log_value("lazy", FPCCR & 1U);
  if ((FPCCR & 1U) != 0) log_value("space for registers", FPCAR - (uint32_t)stacked);
  log_value("control", control());
}

static void look_and_clobber(frame* stacked, uint32_t exc_return) {
  look(stacked, exc_return);
  clobber();
  log_value("lazy", FPCCR & 1U);
  log_value("control", control());
  if ((exc_return & 0x10U) == 0) {
    const uint32_t* saved = (const uint32_t*)stacked + 8;
    log_value("s0", saved[0]);
    log_value("s15", saved[15]);
    log_value("fpscr", saved[16]);
  }
}

static void call_deeper(frame* stacked, uint32_t exc_return) {
  look(stacked, exc_return);
  pend(kIrq);
  log_value("back in the first handler", 0);
}

static void trigger(int exception) {
  __asm volatile("mov %0, sp" : "=r"(thread_sp));
  if (exception == kSvc) {
    svc();
  } else {
    pend(exception);
  }
}

void test_float_context(void) {
  // Without lazy preservation, without preservation, and as after reset.
  static const uint32_t modes[3] = {1U << 31, 0, 3U << 30};
  for (int m = 0; m < 3; ++m) {
    FPCCR = modes[m];
    barrier();
    test("no floating-point context");
    __asm volatile("msr control, %0\n\tisb" : : "r"(0));
    actions[kSvc] = look;
    trigger(kSvc);
    log_value("control", control());

    test("untouched by the handler");
    actions[kSvc] = look;
    fill();
    trigger(kSvc);
    check("registers");

    test("changed by the handler");
    actions[kSvc] = look_and_clobber;
    fill();
    __asm volatile("vmsr fpscr, %0" : : "r"(0x20000011));
    trigger(kSvc);
    check("registers");

    test("changed by a handler above one that leaves them alone");
    enable_irqs(1);
    set_priority(kSvc, 0x80);
    set_priority(kIrq, 0x40);
    actions[kSvc] = call_deeper;
    actions[kIrq] = look_and_clobber;
    fill();
    trigger(kSvc);
    check("registers");
    __asm volatile("vmsr fpscr, %0" : : "r"(0));
  }
}

#else

void test_float_context(void) {}

#endif
