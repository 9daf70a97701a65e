// SPDX-License-Identifier: Apache-2.0
// Scenarios with exceptions, one function each. What happens is told through ITM stimulus ports: port 1 for steps, port
// 2 for values.
#include "start.h"

#define ICSR REGISTER(0xE000ED04)
#define SCR REGISTER(0xE000ED10)
#define CCR REGISTER(0xE000ED14)
#define SHPR2 REGISTER(0xE000ED1C)
#define SHPR3 REGISTER(0xE000ED20)
#define SHCSR REGISTER(0xE000ED24)
#define CFSR REGISTER(0xE000ED28)
#define HFSR REGISTER(0xE000ED2C)
#define BFAR REGISTER(0xE000ED38)
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define NVIC_ISER REGISTER(0xE000E100)
#define NVIC_ICER REGISTER(0xE000E180)
#define NVIC_ISPR REGISTER(0xE000E200)
#define NVIC_IPR0 REGISTER(0xE000E400)
#define STEP REGISTER(0xE0000004)
#define VALUE REGISTER(0xE0000008)

static volatile uint32_t ticks;
static volatile uint32_t pend_in_irq0;

// The host takes over here, once variables are there.
__attribute__((noinline, used)) void finished(void) { __asm__ volatile("bkpt 1"); }

int main(void) {
  finished();
  return 0;
}

// --- Handlers.

__attribute__((naked)) void svc_handler(void) {
  // Adds one to the stacked r0, and leaves a trace in r1 that must not come back.
  __asm__ volatile(
      "ldr r0, [sp]\n"
      "adds r0, #1\n"
      "str r0, [sp]\n"
      "movs r1, #99\n"
      "bx lr\n");
}

void pendsv_handler(void) { STEP = 30; }

void systick_handler(void) {
  ++ticks;
  STEP = 40;
}

void irq0_handler(void) {
  STEP = 10;
  if (pend_in_irq0) NVIC_ISPR = 2;
  __asm__ volatile("dsb");
  STEP = 11;
}

void irq1_handler(void) {
  STEP = 20;
  STEP = 21;
}

void irq2_handler(void) { STEP = 50; }

// Goes on at the address in the interrupted r4, in Thumb state, with the fault status told.
__attribute__((used)) static void fault(uint32_t number) {
  STEP = number;
#if __ARM_ARCH >= 7
  VALUE = CFSR;
  VALUE = HFSR;
  VALUE = BFAR;
  CFSR = 0xFFFFFFFF;
  HFSR = 0xFFFFFFFF;
#endif
}

#define FAULT_HANDLER(name, number)        \
  __attribute__((naked)) void name(void) { \
    __asm__ volatile(                      \
        "str r4, [sp, #24]\n"              \
        "ldr r0, [sp, #28]\n"              \
        "movs r1, #1\n"                    \
        "lsls r1, r1, #24\n"               \
        "orrs r0, r1\n"                    \
        "str r0, [sp, #28]\n"              \
        "push {r4, lr}\n"                  \
        "movs r0, #" #number               \
        "\n"                               \
        "bl fault\n"                       \
        "pop {r4, pc}\n");                 \
  }
FAULT_HANDLER(hard_fault_handler, 63)
FAULT_HANDLER(bus_fault_handler, 65)
FAULT_HANDLER(usage_fault_handler, 66)
FAULT_HANDLER(mem_manage_handler, 64)

// Executes the instructions; a fault among them goes on behind.
#define WITH_RECOVERY(instructions, ...) \
  __asm__ volatile("adr r4, 1f\n" instructions "\n.p2align 2\n1:\n" : : __VA_ARGS__ : "r0", "r4", "r5", "memory")

// --- Scenarios.

#define SCENARIO __attribute__((section(".text.keep"), used)) void

SCENARIO supervisor_call(void) {
  register uint32_t r0 __asm__("r0") = 41;
  register uint32_t r1 __asm__("r1") = 7;
  __asm__ volatile("svc 3" : "+r"(r0), "+r"(r1)::"memory");
  VALUE = r0;
  VALUE = r1;
}

SCENARIO preemption(void) {
  NVIC_IPR0 = 0x4080;  // 1 before 0
  NVIC_ISER = 3;
  pend_in_irq0 = 1;
  STEP = 1;
  NVIC_ISPR = 1;
  __asm__ volatile("dsb\nisb");
  STEP = 2;
  pend_in_irq0 = 0;
}

SCENARIO no_preemption(void) {
  NVIC_IPR0 = 0x8080;
  NVIC_ISER = 3;
  pend_in_irq0 = 1;
  STEP = 1;
  NVIC_ISPR = 1;
  __asm__ volatile("dsb\nisb");
  STEP = 2;
  pend_in_irq0 = 0;
}

SCENARIO masked(void) {
  NVIC_IPR0 = 0x4080;
  NVIC_ISER = 3;
  __asm__ volatile("cpsid i");
  NVIC_ISPR = 3;
  __asm__ volatile("dsb\nisb");
  STEP = 1;
  __asm__ volatile("cpsie i\nisb");
  STEP = 2;
}

SCENARIO pend_service(void) {
  SHPR3 = 0x00C00000;
  NVIC_IPR0 = 0x0080;
  NVIC_ISER = 1;
  __asm__ volatile("cpsid i");
  ICSR = 1U << 28;
  NVIC_ISPR = 1;
  __asm__ volatile("cpsie i\nisb");
  STEP = 2;
}

SCENARIO timer_ticks(void) {
  ticks = 0;
  SYST_RVR = 999;
  SYST_CVR = 0;
  SYST_CSR = 3;
  while (ticks < 4) __asm__ volatile("wfi");
  SYST_CSR = 0;
}

SCENARIO wake_masked(void) {
  NVIC_ISER = 4;
  __asm__ volatile("cpsid i");
  STEP = 1;
  __asm__ volatile("wfi");
  STEP = 2;
  __asm__ volatile("cpsie i\nisb");
  STEP = 3;
}

SCENARIO sleep_for_interrupt(void) {
  NVIC_ISER = 4;
  STEP = 1;
  __asm__ volatile("wfi");
  STEP = 2;
}

SCENARIO undefined_instruction(void) { WITH_RECOVERY("udf #0"); }

SCENARIO load_from_nowhere(void) { WITH_RECOVERY("ldr r0, [%0]\n", "r"(0x60000000)); }

SCENARIO fault_in_fault(void) {
  // The stack itself is nowhere.
  __asm__ volatile("mov sp, %0\nudf #0" : : "r"(0x60000000));
}

#if __ARM_ARCH >= 7
SCENARIO priority_mask(void) {
  NVIC_IPR0 = 0x4080;
  NVIC_ISER = 3;
  __asm__ volatile("msr basepri, %0" : : "r"(0x80));
  NVIC_ISPR = 3;
  __asm__ volatile("dsb\nisb");
  STEP = 1;
  __asm__ volatile("msr basepri, %0" : : "r"(0));
  __asm__ volatile("isb");
  STEP = 2;
}

SCENARIO enable_faults(void) { SHCSR = 7U << 16; }

SCENARIO divide_by_zero(void) {
  CCR |= 1U << 4;
  WITH_RECOVERY("udiv r0, %0, %1\n", "r"(1), "r"(0));
  CCR &= ~(1U << 4);
}

SCENARIO unaligned_trap(void) {
  CCR |= 1U << 3;
  WITH_RECOVERY("ldr r0, [%0]\n", "r"(0x20000001));
  CCR &= ~(1U << 3);
}

SCENARIO unaligned_pair(void) { WITH_RECOVERY("ldrd r0, r5, [%0]\n", "r"(0x20000002)); }

SCENARIO execute_device(void) { WITH_RECOVERY("bx %0\n", "r"(0x40000001)); }

SCENARIO branch_to_arm(void) { WITH_RECOVERY("bx %0\n", "r"(0x08000000)); }

SCENARIO count_cycles(void) {
  REGISTER(0xE000EDFC) |= 1U << 24;
  REGISTER(0xE0001004) = 0;
  REGISTER(0xE0001000) |= 1;
  const uint32_t before = REGISTER(0xE0001004);
  __asm__ volatile("nop\nnop\nnop\nnop");
  const uint32_t after = REGISTER(0xE0001004);
  VALUE = after - before;
}
#endif
