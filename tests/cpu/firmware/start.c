// SPDX-License-Identifier: Apache-2.0
// Start-up for test programs: vector table, data, and exit with the value of main() through semihosting.
#include "start.h"

#include <stddef.h>

extern uint32_t data_begin[], data_end[], data_load[], bss_begin[], bss_end[], stack_top[];
extern int main(void);

// The compiler calls these for what the language does.
void* memset(void* to, int value, size_t bytes) {
  volatile uint8_t* byte = to;
  while (bytes-- != 0) *byte++ = (uint8_t)value;
  return to;
}

void* memcpy(void* to, const void* from, size_t bytes) {
  volatile uint8_t* out = to;
  const uint8_t* in = from;
  while (bytes-- != 0) *out++ = *in++;
  return to;
}

uint32_t semihosting(uint32_t operation, const void* argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void print(const char* text) { semihosting(0x04, text); }

void print_hex(uint32_t value) {
  char text[11] = "0x";
  for (int k = 0; k < 8; ++k) text[2 + k] = "0123456789abcdef"[value >> (28 - 4 * k) & 15];
  text[10] = 0;
  print(text);
}

void exit_with(int code) {
  const uint32_t block[2] = {0x20026, (uint32_t)code};
  semihosting(0x20, block);
  for (;;) {
  }
}

__attribute__((noreturn)) void reset_handler(void) {
  const uint32_t* from = data_load;
  for (uint32_t* to = data_begin; to < data_end; ++to) *to = *from++;
  for (uint32_t* to = bss_begin; to < bss_end; ++to) *to = 0;
  exit_with(main());
  for (;;) {
  }
}

static void unexpected(void) { exit_with(99); }

#define WEAK __attribute__((weak, alias("unexpected_handler")))
void unexpected_handler(void) { unexpected(); }
void nmi_handler(void) WEAK;
void hard_fault_handler(void) WEAK;
void mem_manage_handler(void) WEAK;
void bus_fault_handler(void) WEAK;
void usage_fault_handler(void) WEAK;
void svc_handler(void) WEAK;
void pendsv_handler(void) WEAK;
void systick_handler(void) WEAK;
void irq0_handler(void) WEAK;
void irq1_handler(void) WEAK;
void irq2_handler(void) WEAK;

__attribute__((section(".isr_vector"), used)) static void (*const vectors[])(void) = {(void (*)(void))stack_top,
                                                                                      reset_handler,
                                                                                      nmi_handler,
                                                                                      hard_fault_handler,
                                                                                      mem_manage_handler,
                                                                                      bus_fault_handler,
                                                                                      usage_fault_handler,
                                                                                      0,
                                                                                      0,
                                                                                      0,
                                                                                      0,
                                                                                      svc_handler,
                                                                                      0,
                                                                                      0,
                                                                                      pendsv_handler,
                                                                                      systick_handler,
                                                                                      irq0_handler,
                                                                                      irq1_handler,
                                                                                      irq2_handler};
