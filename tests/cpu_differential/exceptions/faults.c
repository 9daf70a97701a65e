// SPDX-License-Identifier: Apache-2.0
// Each way to fault, taken by the handler of its own and as HardFault.
#include "exceptions.h"

typedef void (*culprit)(void);

// Where a function goes on after its fault; the handler puts it into the frame.
uint32_t resume_at;
uint32_t scratch[8];

static void log_fault(frame* stacked, uint32_t exc_return) {
  (void)exc_return;
  log_value("pc", stacked->pc);
  log_value("xpsr", stacked->xpsr & 0xFF0001FFU);
#if V7M
  log_value("cfsr", CFSR);
  log_value("hfsr", HFSR);
  if ((CFSR & 0x80U) != 0) log_value("mmfar", MMFAR);
  if ((CFSR & 0x8000U) != 0) log_value("bfar", BFAR);
  CFSR = CFSR;
  HFSR = HFSR;
#endif
  stacked->pc = resume_at;
  stacked->xpsr = (stacked->xpsr & 0xF80F01FFU) | 0x01000000U;
}

// Sets resume_at to the label that follows the body; r0 to r3 and lr are free for the body.
#define CULPRIT(name, body)                                                                  \
  __attribute__((naked)) static void name(void) {                                            \
    __asm volatile(                                                                          \
        "push {r4, lr}\n\t"                                                                  \
        "ldr r0, =9f\n\t"                                                                    \
        "ldr r1, =resume_at\n\t"                                                             \
        "str r0, [r1]\n\t" body "\n\t.balign 4\n9:\n\tpop {r4, pc}\n\t.balign 4\n\t.ltorg"); \
  }

CULPRIT(undefined_narrow, "udf #5")
CULPRIT(load_from_nowhere, "ldr r2, =0x90000000\n\tldr r3, [r2, #4]")
CULPRIT(load_byte_from_nowhere, "ldr r2, =0x90000003\n\tldrb r3, [r2]")
CULPRIT(go_nowhere, "ldr r2, =0x90000011\n\tbx r2")
CULPRIT(go_to_even_address, "ldr r2, =resume_at\n\tldr r2, [r2]\n\tbx r2")
CULPRIT(call_even_address, "ldr r2, =resume_at\n\tldr r2, [r2]\n\tblx r2")
#if V7M
CULPRIT(undefined_wide, "udf.w #77")
CULPRIT(undefined_in_it, "movs r2, #0\n\tcmp r2, #0\n\titt eq\n\tmoveq r2, #1\n\tudfeq #1")
CULPRIT(divide_by_zero, "movs r2, #0\n\tmovs r3, #7\n\tudiv r3, r3, r2")
CULPRIT(divide_by_zero_signed, "movs r2, #0\n\tmovs r3, #7\n\tsdiv r3, r3, r2")
CULPRIT(unaligned_word, "ldr r2, =scratch + 5\n\tldr r3, [r2]")
CULPRIT(unaligned_halfword, "ldr r2, =scratch + 5\n\tldrsh r3, [r2]")
CULPRIT(unaligned_store, "ldr r2, =scratch + 6\n\tstr r3, [r2, #-4]!")
CULPRIT(unaligned_list, "ldr r2, =scratch + 6\n\tldmia r2!, {r0, r3}")
CULPRIT(unaligned_store_list, "ldr r2, =scratch + 5\n\tstmdb r2!, {r0, r3}")
CULPRIT(unaligned_pair, "ldr r2, =scratch + 6\n\tldrd r0, r3, [r2]")
CULPRIT(unaligned_exclusive, "ldr r2, =scratch + 6\n\tldrex r3, [r2]")
CULPRIT(list_from_nowhere, "ldr r2, =0x90000000\n\tldmia r2!, {r0, r1}")
CULPRIT(pair_from_nowhere, "ldr r2, =0x90000000\n\tldrd r0, r1, [r2, #8]!")
CULPRIT(go_into_devices, "ldr r2, =0x40000001\n\tbx r2")
CULPRIT(go_into_system, "ldr r2, =0xE000E101\n\tbx r2")
CULPRIT(no_coprocessor, "mrc p3, #0, r2, c0, c0, #0")
CULPRIT(load_even_address, "ldr r2, =0x90000000\n\tldr r3, =resume_at\n\tldr pc, [r3]")
CULPRIT(pop_even_address, "ldr r3, =resume_at\n\tldr r3, [r3]\n\tpush {r3}\n\tpop {pc}")
#else
CULPRIT(unaligned_word, "ldr r2, =scratch + 5\n\tldr r3, [r2]")
CULPRIT(unaligned_halfword, "ldr r2, =scratch + 5\n\tldrh r3, [r2]")
CULPRIT(unaligned_store, "ldr r2, =scratch + 6\n\tstr r3, [r2]")
CULPRIT(unaligned_list, "ldr r2, =scratch + 6\n\tldmia r2!, {r0, r3}")
#endif
#if defined(__ARM_FP)
CULPRIT(float_disabled, "vadd.f32 s0, s1, s2")
CULPRIT(float_move_disabled, "vmov s0, r2")
CULPRIT(float_load_disabled, "ldr r2, =resume_at\n\tvldr s0, [r2]")
CULPRIT(unaligned_float_load, "ldr r2, =scratch + 6\n\tvldr s0, [r2]")
CULPRIT(unaligned_float_list, "ldr r2, =scratch + 6\n\tvldmia r2!, {s0-s3}")
#endif

typedef struct {
  const char* name;
  culprit run;
} named_culprit;

static const named_culprit kCulprits[] = {
    {"undefined instruction", undefined_narrow},
    {"load from nowhere", load_from_nowhere},
    {"load a byte from nowhere", load_byte_from_nowhere},
    {"branch to nowhere", go_nowhere},
    {"branch to an even address", go_to_even_address},
    {"call to an even address", call_even_address},
    {"unaligned word", unaligned_word},
    {"unaligned halfword", unaligned_halfword},
    {"unaligned store", unaligned_store},
    {"unaligned list", unaligned_list},
#if V7M
    {"undefined wide instruction", undefined_wide},
    {"undefined instruction in an IT block", undefined_in_it},
    {"unsigned division by zero", divide_by_zero},
    {"signed division by zero", divide_by_zero_signed},
    {"unaligned list, stored", unaligned_store_list},
    {"unaligned pair", unaligned_pair},
    {"unaligned exclusive", unaligned_exclusive},
    {"list from nowhere", list_from_nowhere},
    {"pair from nowhere", pair_from_nowhere},
    {"branch into devices", go_into_devices},
    {"branch into the system region", go_into_system},
    {"no such coprocessor", no_coprocessor},
    {"load an even address", load_even_address},
    {"pop an even address", pop_even_address},
#endif
#if defined(__ARM_FP)
    {"unaligned float load", unaligned_float_load},
    {"unaligned float list", unaligned_float_list},
#endif
};

static void run_all(const char* how) {
  print_text(how);
  print_text("\n");
  for (unsigned i = 0; i < sizeof kCulprits / sizeof kCulprits[0]; ++i) {
    test(kCulprits[i].name);
    for (int e = kHardFault; e <= kUsageFault; ++e) actions[e] = log_fault;
    kCulprits[i].run();
  }
}

#if V7M
static void fault_again(frame* stacked, uint32_t exc_return) {
  const uint32_t resume_thread_at = resume_at;
  undefined_narrow();
  resume_at = resume_thread_at;
  log_fault(stacked, exc_return);
}

static void run_disabled_float(void) {
#if defined(__ARM_FP)
  static const named_culprit kFloat[] = {{"float disabled", float_disabled},
                                         {"move to float disabled", float_move_disabled},
                                         {"load to float disabled", float_load_disabled}};
  const uint32_t enabled = CPACR;
  for (unsigned i = 0; i < sizeof kFloat / sizeof kFloat[0]; ++i) {
    test(kFloat[i].name);
    for (int e = kHardFault; e <= kUsageFault; ++e) actions[e] = log_fault;
    CPACR = 0;
    barrier();
    kFloat[i].run();
    CPACR = enabled;
    barrier();
  }
#endif
}
#endif

void test_faults(void) {
#if V7M
  SHCSR &= ~(7U << 16);
#endif
  run_all("as HardFault");
#if V7M
  SHCSR |= 7U << 16;
  CCR |= 0x18U;  // traps for division by zero and unaligned addresses
  barrier();
  run_all("with handlers of their own");
  run_disabled_float();

  test("a fault in a handler for faults");
  actions[kUsageFault] = fault_again;
  actions[kHardFault] = log_fault;
  undefined_narrow();

  test("a fault of lower priority than the running handler");
  set_priority(kUsageFault, 0x80);
  set_priority(kBusFault, 0x40);
  actions[kBusFault] = fault_again;
  actions[kHardFault] = log_fault;
  load_from_nowhere();

  test("a fault below BASEPRI");
  set_priority(kUsageFault, 0x80);
  actions[kHardFault] = log_fault;
  __asm volatile("msr basepri, %0" : : "r"(0x40));
  undefined_narrow();
  __asm volatile("msr basepri, %0" : : "r"(0));

  test("a fault under PRIMASK");
  actions[kHardFault] = log_fault;
  actions[kUsageFault] = log_fault;
  mask();
  undefined_narrow();
  unmask();

  test("a fault of higher priority than the running handler");
  set_priority(kUsageFault, 0x40);
  set_priority(kBusFault, 0x80);
  actions[kBusFault] = fault_again;
  actions[kUsageFault] = log_fault;
  load_from_nowhere();

  SHCSR &= ~(7U << 16);
  CCR &= ~0x18U;
  barrier();
#endif
}
