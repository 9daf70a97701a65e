// SPDX-License-Identifier: Apache-2.0
// Every exception comes through one entry that logs and then does what the test asked for.
#include "exceptions.h"

extern uint32_t stack_top[];
void reset(void);

action actions[32];
int verbose;

// EXC_RETURN without the bits that tell the security state, which only the reference's Cortex-M33 has.
static uint32_t without_security(uint32_t exc_return) { return exc_return & ~0x41U; }

void log_value(const char* name, uint32_t value) {
  print_text("  ");
  print_value(name, value);
}

uint32_t return_with;

__attribute__((used)) uint32_t on_exception(uint32_t exc_return, frame* stacked, uint32_t exception) {
  log_value("enter", exception);
  if (verbose) {
    log_value("return to", without_security(exc_return));
#if V7M
    log_value("icsr", ICSR & 0x1E7FF9FFU);
    log_value("shcsr", SHCSR & 0x7FFDBU);
    log_value("active lines", NVIC_IABR);
#else
    log_value("icsr", ICSR & 0x1E7FF03FU);
#endif
  }
  if (actions[exception] != 0) actions[exception](stacked, exc_return);
  log_value("leave", exception);
  const uint32_t value = return_with == 0 ? exc_return : return_with;
  return_with = 0;
  return value;
}

__attribute__((naked)) static void enter(void) {
  __asm volatile(
      "mov r0, lr\n\t"
      "movs r2, #4\n\t"
      "tst r0, r2\n\t"
      "beq 1f\n\t"
      "mrs r1, psp\n\t"
      "b 2f\n"
      "1:\n\t"
      "mrs r1, msp\n"
      "2:\n\t"
      "mrs r2, ipsr\n\t"
      "push {r4, lr}\n\t"
      "bl on_exception\n\t"
      "pop {r1, r2}\n\t"
      "mov r4, r1\n\t"
      "bx r0\n");
}

typedef void (*vector)(void);
typedef struct {
  const uint32_t* stack;
  vector handlers[31];
} vector_table;

__attribute__((section(".vectors"), used))
const vector_table kVectors = {stack_top, {reset, enter, enter, enter, enter, enter, enter, enter, enter, enter, enter,
                                           enter, enter, enter, enter, enter, enter, enter, enter, enter, enter, enter,
                                           enter, enter, enter, enter, enter, enter, enter, enter, enter}};

void set_priority(int exception, uint32_t priority) {
  volatile uint32_t* const word =
      exception >= kIrq ? &NVIC_IPR((uint32_t)(exception - kIrq) / 4) : &SHPR((uint32_t)(exception - 4) / 4);
  const uint32_t shift = 8U * ((uint32_t)exception & 3U);
  *word = (*word & ~(0xFFU << shift)) | (priority << shift);
}

void pend(int exception) {
  if (exception == kNmi) ICSR = NMIPENDSET;
  if (exception == kPendSv) ICSR = PENDSVSET;
  if (exception == kSysTick) ICSR = PENDSTSET;
  if (exception >= kIrq) NVIC_ISPR = 1U << (exception - kIrq);
  barrier();
}

void enable_irqs(uint32_t lines) { NVIC_ISER = lines; }

void test(const char* name) {
  print_text(name);
  print_text("\n");
  for (int i = 0; i < 32; ++i) actions[i] = 0;
  verbose = 1;
  NVIC_ICER = 0xFFFFFFFFU;
  NVIC_ICPR = 0xFFFFFFFFU;
  for (int i = 0; i < 8; ++i) NVIC_IPR((uint32_t)i) = 0;
  ICSR = PENDSVCLR | PENDSTCLR;
  for (int e = 4; e < 16; ++e)
    if (e == kSvc || e == kPendSv || e == kSysTick || (V7M && e < 7)) set_priority(e, 0);
  SCR = 0;
  barrier();
}
