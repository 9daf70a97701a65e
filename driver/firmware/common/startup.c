// SPDX-License-Identifier: Apache-2.0
/* Vector table and what happens between reset and main(). Symbols of the memory layout: firmware.ld. */
#include <stdint.h>

#include "mcu.h"

extern uint32_t firmware_stack_top[];
extern const uint32_t firmware_data_load[];
extern uint32_t firmware_data_begin[];
extern uint32_t firmware_data_end[];
extern uint32_t firmware_bss_begin[];
extern uint32_t firmware_bss_end[];

int main(void);
void firmware_reset(void) __attribute__((noreturn));

#define SEMIHOSTING_EXIT_EXTENDED UINT32_C(0x20)
#define SEMIHOSTING_APPLICATION_EXIT UINT32_C(0x20026)

void mcu_exit(uint32_t code) {
  const uint32_t reason[2] = {SEMIHOSTING_APPLICATION_EXIT, code};
  register uint32_t operation __asm("r0") = SEMIHOSTING_EXIT_EXTENDED;
  register const uint32_t* argument __asm("r1") = reason;
  __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
  for (;;) {
  }
}

void mcu_default_handler(void) {
  uint32_t exception;
  __asm volatile("mrs %0, ipsr" : "=r"(exception));
  mcu_exit(MCU_EXIT_UNEXPECTED_EXCEPTION + exception);
}

static void unexpected(void) { mcu_default_handler(); }

void mcu_systick_handler(void) __attribute__((weak, alias("unexpected")));
void mcu_irq0_handler(void) __attribute__((weak, alias("unexpected")));
void mcu_irq1_handler(void) __attribute__((weak, alias("unexpected")));
void mcu_irq2_handler(void) __attribute__((weak, alias("unexpected")));

void firmware_reset(void) {
#if defined(__ARM_FP)
  mcu_write32(MCU_CPACR, mcu_read32(MCU_CPACR) | MCU_CPACR_FPU);
  __asm volatile("dsb\n\tisb" ::: "memory");
#endif
  const uint32_t* from = firmware_data_load;
  for (uint32_t* to = firmware_data_begin; to != firmware_data_end; ++to) *to = *from++;
  for (uint32_t* to = firmware_bss_begin; to != firmware_bss_end; ++to) *to = 0U;
  mcu_exit((uint32_t)main());
}

typedef void (*vector_t)(void);

/* Initial stack pointer, 15 exceptions, then the interrupt lines. */
typedef struct {
  const uint32_t* stack_top;
  vector_t exceptions[15];
  vector_t lines[MCU_IRQ_LINES];
} vector_table_t;

#define UNUSED unexpected
#define UNUSED_4 UNUSED, UNUSED, UNUSED, UNUSED

__attribute__((section(".vectors"), used)) static const vector_table_t kVectors = {
    firmware_stack_top,
    {firmware_reset, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED,
     UNUSED, mcu_systick_handler},
    {mcu_irq0_handler, mcu_irq1_handler, mcu_irq2_handler, UNUSED, UNUSED_4, UNUSED_4, UNUSED_4, UNUSED_4, UNUSED_4,
     UNUSED_4, UNUSED_4}};
