// SPDX-License-Identifier: Apache-2.0
#include "exceptions.h"

static void log_frame(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("number", *(const uint8_t*)(stacked->pc - 2U));
  log_value("r0", stacked->r0);
  log_value("r1", stacked->r1);
  log_value("r2", stacked->r2);
  log_value("r3", stacked->r3);
  log_value("r12", stacked->r12);
  log_value("lr", stacked->lr);
  log_value("pc", stacked->pc);
  log_value("xpsr", stacked->xpsr);
  log_value("frame", (uint32_t)stacked);
  stacked->r0 += 0x100U;
}

static void change_flags(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  stacked->xpsr ^= 0xF0000000U;
  stacked->r12 = 0x12121212U;
}

void test_supervisor_calls(void) {
  test("arguments and result");
  actions[kSvc] = log_frame;
  register uint32_t a __asm("r0") = 11;
  register uint32_t b __asm("r1") = 22;
  register uint32_t c __asm("r2") = 33;
  register uint32_t d __asm("r3") = 44;
  __asm volatile("svc #77" : "+r"(a), "+r"(b), "+r"(c), "+r"(d) : : "memory");
  const uint32_t result = a;
  log_value("result", result);

  test("flags survive");
  actions[kSvc] = log_frame;
  uint32_t before = 0xA0000000U;
  uint32_t after;
  __asm volatile("msr apsr_nzcvq, %1\n\tsvc #1\n\tmrs %0, apsr" : "=r"(after) : "r"(before) : "r0", "cc", "memory");
  log_value("apsr", after);
  before = V7M ? 0x58000000U : 0x50000000U;  // with the saturation flag where there is one
  __asm volatile("msr apsr_nzcvq, %1\n\tsvc #2\n\tmrs %0, apsr" : "=r"(after) : "r"(before) : "r0", "cc", "memory");
  log_value("apsr", after);

  test("a frame that the handler changes");
  actions[kSvc] = change_flags;
  uint32_t twelve;
  before = 0x30000000U;
  __asm volatile("msr apsr_nzcvq, %2\n\tsvc #3\n\tmrs %0, apsr\n\tmov %1, r12"
                 : "=&l"(after), "=l"(twelve)
                 : "l"(before)
                 : "r0", "cc", "r12", "memory");
  log_value("apsr", after);
  log_value("r12", twelve);

  test("stack pointer not a multiple of eight");
  actions[kSvc] = log_frame;
  uint32_t sp_before;
  uint32_t sp_after;
  __asm volatile(
      "mov %0, sp\n\t"
      "movs r3, #7\n\t"
      "mov r2, %0\n\t"
      "bics r2, r3\n\t"
      "subs r2, #4\n\t"
      "mov sp, r2\n\t"
      "svc #4\n\t"
      "mov %1, sp\n\t"
      "subs %1, %1, r2\n\t"
      "mov sp, %0\n\t"
      : "=&l"(sp_before), "=&l"(sp_after)
      :
      : "r0", "r2", "r3", "cc", "memory");
  log_value("moved by", sp_after);

#if V7M
  test("inside an IT block");
  actions[kSvc] = log_frame;
  uint32_t count = 0;
  __asm volatile(
      "movs r3, #0\n\t"
      "cmp r3, #0\n\t"
      "itete eq\n\t"
      "svceq #5\n\t"
      "addne %0, %0, #1\n\t"
      "addeq %0, %0, #16\n\t"
      "svcne #6\n\t"
      : "+r"(count)
      :
      : "r0", "r3", "cc", "memory");
  log_value("count", count);
#endif
}
