// SPDX-License-Identifier: Apache-2.0
// Common to the programs that take exceptions: registers, the log, and what handlers do.
#ifndef EXCEPTIONS_H
#define EXCEPTIONS_H

#include <stdint.h>

#include "../programs/print.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define SYST_CSR REGISTER(0xE000E010U)
#define SYST_RVR REGISTER(0xE000E014U)
#define SYST_CVR REGISTER(0xE000E018U)
#define NVIC_ISER REGISTER(0xE000E100U)
#define NVIC_ICER REGISTER(0xE000E180U)
#define NVIC_ISPR REGISTER(0xE000E200U)
#define NVIC_ICPR REGISTER(0xE000E280U)
#define NVIC_IABR REGISTER(0xE000E300U)
#define NVIC_IPR(word) REGISTER(0xE000E400U + 4U * (word))
#define ICSR REGISTER(0xE000ED04U)
#define VTOR REGISTER(0xE000ED08U)
#define AIRCR REGISTER(0xE000ED0CU)
#define SCR REGISTER(0xE000ED10U)
#define CCR REGISTER(0xE000ED14U)
#define SHPR(word) REGISTER(0xE000ED18U + 4U * (word))
#define SHCSR REGISTER(0xE000ED24U)
#define CFSR REGISTER(0xE000ED28U)
#define HFSR REGISTER(0xE000ED2CU)
#define MMFAR REGISTER(0xE000ED34U)
#define BFAR REGISTER(0xE000ED38U)
#define CPACR REGISTER(0xE000ED88U)
#define STIR REGISTER(0xE000EF00U)
#define FPCCR REGISTER(0xE000EF34U)
#define FPCAR REGISTER(0xE000EF38U)

#define NMIPENDSET (1U << 31)
#define PENDSVSET (1U << 28)
#define PENDSVCLR (1U << 27)
#define PENDSTSET (1U << 26)
#define PENDSTCLR (1U << 25)
#define SLEEPONEXIT 2U
#define SEVONPEND 16U

enum {
  kNmi = 2,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6,
  kSvc = 11,
  kPendSv = 14,
  kSysTick = 15,
  kIrq = 16
};

#if defined(__ARM_ARCH_6M__)
#define V7M 0
#else
#define V7M 1
#endif
#if defined(__ARM_ARCH_8M_MAIN__)
#define V8M 1
#else
#define V8M 0
#endif

// Nothing is at this address on any of the machines. Secure on the Cortex-M33.
#define NOWHERE 0x90000000U

typedef struct {
  uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
} frame;

typedef void (*action)(frame* stacked, uint32_t exc_return);

// What the handler of an exception does besides leaving a mark; none: nothing.
extern action actions[32];
// What the running handler returns with in place of its EXC_RETURN; 0: that.
extern uint32_t return_with;
// Handlers log registers of the exception logic.
extern int verbose;

void log_value(const char* name, uint32_t value);
// Starts a test: prints the name, no actions, everything disabled, default priorities.
void test(const char* name);

static inline void barrier(void) { __asm volatile("dsb\n\tisb" ::: "memory"); }
static inline void mask(void) { __asm volatile("cpsid i" ::: "memory"); }
static inline void unmask(void) { __asm volatile("cpsie i\n\tisb" ::: "memory"); }
static inline void svc(void) { __asm volatile("svc #0" ::: "memory"); }

void set_priority(int exception, uint32_t priority);
void pend(int exception);
void enable_irqs(uint32_t lines);

void program(void);
void test_supervisor_calls(void);
void test_pending(void);
void test_masks(void);
void test_sleep(void);
void test_stacks(void);
void test_faults(void);
void test_float_context(void);
void test_registers(void);
void test_returns(void);

#endif
