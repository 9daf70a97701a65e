// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The parts of a Cortex-M that firmware touches: interrupts, sleep, the cycle counter, trace marks, semihosting.
 * Addresses and encodings: ARMv6-M (DDI 0419), ARMv7-M (DDI 0403) and ARMv8-M (DDI 0553) architecture reference
 * manuals.
 */
#ifndef MCU_H_
#define MCU_H_

#include <stdbool.h>
#include <stdint.h>

#define MCU_NVIC_ISER0 UINT32_C(0xE000E100)
#define MCU_NVIC_ICPR0 UINT32_C(0xE000E280)
#define MCU_ITM_PORT0 UINT32_C(0xE0000000)
#define MCU_DEMCR UINT32_C(0xE000EDFC)
#define MCU_DEMCR_TRCENA UINT32_C(0x01000000)
#define MCU_DWT_CTRL UINT32_C(0xE0001000)
#define MCU_DWT_CTRL_CYCCNTENA UINT32_C(1)
#define MCU_DWT_CYCCNT UINT32_C(0xE0001004)
#define MCU_CPACR UINT32_C(0xE000ED88)
#define MCU_CPACR_FPU UINT32_C(0x00F00000)
#define MCU_IRQ_LINES 32 /* of the vector table in startup.c */

static inline uint32_t mcu_read32(uint32_t address) { return *(volatile const uint32_t*)address; }
static inline void mcu_write32(uint32_t address, uint32_t value) { *(volatile uint32_t*)address = value; }

static inline void mcu_dsb(void) { __asm volatile("dsb" ::: "memory"); }
static inline void mcu_disable_interrupts(void) { __asm volatile("cpsid i" ::: "memory"); }
static inline void mcu_enable_interrupts(void) { __asm volatile("cpsie i" ::: "memory"); }

/**
 * Sleeps until an enabled interrupt pends, and lets its handler run. To be called with interrupts disabled, after the
 * look at whatever the handler changes: then no interrupt is missed. They are disabled again on return.
 */
static inline void mcu_sleep(void) { __asm volatile("dsb\n\twfi\n\tcpsie i\n\tisb\n\tcpsid i" ::: "memory"); }

static inline void mcu_enable_irq(uint32_t line) { mcu_write32(MCU_NVIC_ISER0, UINT32_C(1) << line); }

/**
 * A word for whoever watches: stimulus port 0 of the ITM, which a debug probe or the simulator records with the time.
 * Cores without ITM ignore the write.
 */
static inline void mcu_mark(uint32_t value) { mcu_write32(MCU_ITM_PORT0, value); }

/** Leaves the simulation, or returns to the debugger, with an exit code (semihosting SYS_EXIT_EXTENDED). */
void mcu_exit(uint32_t code) __attribute__((noreturn));

/** Interrupt service routines by line; the start-up code has weak ones that end in mcu_default_handler(). */
void mcu_systick_handler(void);
void mcu_irq0_handler(void);
void mcu_irq1_handler(void);
void mcu_irq2_handler(void);
/** Called for faults and interrupts without a routine: exits with MCU_EXIT_UNEXPECTED_EXCEPTION + exception number. */
void mcu_default_handler(void) __attribute__((noreturn));

#define MCU_EXIT_UNEXPECTED_EXCEPTION UINT32_C(0x100)

#endif  // MCU_H_
