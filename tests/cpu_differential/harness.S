// SPDX-License-Identifier: Apache-2.0
// Runs blocks of random instructions one after the other and records the state after each. Layout: test_image.h, which puts
// parameters, blocks and states behind this code. RAM_BASE comes from the command line.
  .syntax unified
  .thumb
  .set AREA, RAM_BASE + 0x400
  .set AREA_WORDS, 256
  .set STACK_TOP, RAM_BASE + 0x1000
  .set TRACE, RAM_BASE + 0x1000
  .set FAULT_MARK, 0x80000000

  .text
vectors:
  .word STACK_TOP
  .word reset + 1
  .rept 14
  .word fault + 1
  .endr
  .word interrupt + 1

  .org 0x100
parameters:  // filled in by the image: blocks, table of states, contents of the area, FPCCR
  .word 0, 0, 0, 0

  .org 0x120
  b dump  // where blocks go when they end

  .thumb_func
reset:
#if defined(__ARM_FP)
  ldr r0, =0xE000ED88  // CPACR: full access to the floating-point unit
  ldr r1, =0x00F00000
  str r1, [r0]
  dsb
  isb
  ldr r0, =0xE000EF34  // FPCCR: what exceptions do with floating-point registers
  ldr r1, =parameters
  ldr r1, [r1, #12]
  str r1, [r0]
  dsb
  isb
#endif
  ldr r0, =0xE000E100  // enables the first interrupt
  movs r1, #1
  str r1, [r0]
  ldr r0, =RAM_BASE
  movs r1, #0
  str r1, [r0]        // index of the block
  ldr r1, =TRACE
  str r1, [r0, #4]    // next record

next_block:
  ldr r0, =STACK_TOP
  mov sp, r0
  movs r0, #0
  msr psp, r0
  ldr r0, =RAM_BASE
  ldr r1, [r0]
  ldr r2, =parameters
  ldr r3, [r2]
  cmp r1, r3
  bne 1f
  b finish
1:
  ldr r3, [r2, #4]
  lsls r1, r1, #2
  ldr r3, [r3, r1]    // the state
  ldr r0, [r2, #8]    // contents of the area
  ldr r1, =AREA
  movs r2, #(AREA_WORDS / 4)
2:
  ldmia r0!, {r4-r7}
  stmia r1!, {r4-r7}
  subs r2, #1
  bne 2b
#if defined(__ARM_FP)
  ldr r0, [r3, #68]
  vmsr fpscr, r0
  add r0, r3, #72
  vldmia r0, {s0-s31}
#endif
  // r0 to r7 and the address of the block go below the stack pointer of the block.
  ldr r1, [r3, #60]
  subs r1, #36
  mov r2, r1
  mov r0, r3
  ldmia r0!, {r4-r7}
  stmia r1!, {r4-r7}
  ldmia r0!, {r4-r7}
  stmia r1!, {r4-r7}
  ldr r4, [r0]
  str r4, [r1]
  ldr r4, [r3, #36]
  mov r8, r4
  ldr r4, [r3, #40]
  mov r9, r4
  ldr r4, [r3, #44]
  mov r10, r4
  ldr r4, [r3, #48]
  mov r11, r4
  ldr r4, [r3, #52]
  mov r12, r4
  ldr r4, [r3, #56]
  mov lr, r4
  ldr r4, [r3, #64]
#if defined(__ARM_FEATURE_DSP)
  msr apsr_nzcvqg, r4
#else
  msr apsr_nzcvq, r4
#endif
  mov sp, r2
  pop {r0-r7, pc}

// Called with r0 to r7 and lr pushed.
dump:
  mrs r0, apsr
  mov r1, sp
  ldr r2, =RAM_BASE
  ldr r3, [r2, #4]
  ldmia r1!, {r4-r7}
  stmia r3!, {r4-r7}
  ldmia r1!, {r4-r7}
  stmia r3!, {r4-r7}
  mov r4, r8
  mov r5, r9
  mov r6, r10
  mov r7, r11
  stmia r3!, {r4-r7}
  mov r4, r12
  mov r5, r1
  adds r5, #4
  ldr r6, [r1]
  mov r7, r0
  stmia r3!, {r4-r7}  // r12, sp, lr, apsr
  ldr r4, [r2]        // index
  mrs r5, primask
  mrs r6, psp
  movs r7, #0
#if !defined(__ARM_ARCH_6M__)
  mrs r7, faultmask
  lsls r7, r7, #1
  orrs r5, r7
  mrs r7, basepri
  lsls r7, r7, #8
  orrs r5, r7
  movs r7, #0
#endif
#if defined(__ARM_FP)
  vmrs r7, fpscr
#endif
  stmia r3!, {r4-r7}
#if defined(__ARM_FP)
  vstmia r3!, {s0-s31}
#else
  movs r4, #0
  movs r5, #0
  movs r6, #0
  movs r7, #0
  movs r0, #8
1:
  stmia r3!, {r4-r7}
  subs r0, #1
  bne 1b
#endif

record_area:  // r2: RAM_BASE, r3: rest of the record
  ldr r0, =AREA
  movs r1, #(AREA_WORDS / 4)
1:
  ldmia r0!, {r4-r7}
  stmia r3!, {r4-r7}
  subs r1, #1
  bne 1b
  str r3, [r2, #4]
  ldr r0, [r2]
  adds r0, #1
  str r0, [r2]
  movs r0, #0
  msr primask, r0
#if !defined(__ARM_ARCH_6M__)
  msr faultmask, r0
  msr basepri, r0
#endif
  b next_block
  .ltorg

// A block must not fault. Records where it did, in a record that is otherwise zero, and goes on with the next block.
  .thumb_func
fault:
  mov r0, sp
  ldr r4, [r0, #24]   // stacked address
  mrs r5, ipsr
  ldr r2, =RAM_BASE
  ldr r3, [r2, #4]
  stmia r3!, {r4, r5}
  movs r4, #0
  movs r1, #50        // words up to the area
1:
  stmia r3!, {r4}
  subs r1, #1
  bne 1b
  mov r1, r3
  subs r1, #(52 - 16) * 4
  ldr r0, [r2]
  ldr r4, =FAULT_MARK
  orrs r0, r4
  str r0, [r1]
  // Leave the handler through a frame of our own.
  ldr r0, =STACK_TOP - 64
  mov sp, r0
  ldr r1, =after_fault
  str r1, [r0, #24]
  ldr r1, =0x01000000
  str r1, [r0, #28]
  str r2, [r0, #8]
  str r3, [r0, #12]
#if !defined(__ARM_ARCH_6M__)
  ldr r1, =0xE000ED28  // CFSR
  ldr r4, [r1]
  str r4, [r1]
#endif
  mov r1, lr
  movs r4, #0x10       // no floating-point context
  orrs r1, r4
  bx r1
  .thumb_func
after_fault:
  ldr r2, =RAM_BASE
  b record_area

// An interrupt from a device that lowers its line when it is written to. Changes all that a handler may change.
  .thumb_func
interrupt:
  ldr r0, =0x40000000
  str r0, [r0]
#if defined(__ARM_FP)
  ldr r1, =parameters
  ldr r1, [r1, #12]
  cmp r1, #0
  beq 1f
  vmov s0, r0
  vmov s15, r0
  vmsr fpscr, r0
1:
#endif
  ldr r1, =0x11111111
  mov r12, r1
  mov r2, r1
  adds r3, r1, r1
  bx lr
  .ltorg

// Semihosting: the memory up to the end of the trace goes into a file, where there is a host that has files.
finish:
  ldr r1, =open_arguments
  movs r0, #1
  bkpt 0xAB
  adds r1, r0, #1
  beq 1f
  mov r4, r0
  ldr r0, =RAM_BASE
  ldr r1, [r0, #4]
  subs r1, r1, r0
  ldr r2, =RAM_BASE + 0x100
  str r4, [r2]
  str r0, [r2, #4]
  str r1, [r2, #8]
  mov r1, r2
  movs r0, #5
  bkpt 0xAB
  ldr r1, =RAM_BASE + 0x100
  movs r0, #2
  bkpt 0xAB
1:
  ldr r1, =0x20026     // application exit
  movs r0, #0x18
  bkpt 0xAB
  b .
  .ltorg

  .balign 4
open_arguments:
  .word file_name, 5, 9
file_name:
  .asciz "trace.bin"
  .balign 4
