// SPDX-License-Identifier: Apache-2.0
// Short runs of instructions for the unit tests, each up to a breakpoint. Tests set registers, run one, and look.
  .syntax unified
  .thumb

  .macro snippet name
  .section .text.keep.\name, "ax", %progbits
  .p2align 2
  .global \name
  .type \name, %function
  .thumb_func
\name:
  .endm

  .macro done
  bkpt 0
  .endm

// --- Data processing.
snippet adds_registers
  adds r2, r0, r1
  done
snippet subs_registers
  subs r2, r0, r1
  done
snippet adcs_registers
  adds r3, r3, r3
  adcs r0, r1
  done
snippet sbcs_registers
  adds r3, r3, r3
  sbcs r0, r1
  done
snippet shifts
  lsls r1, r0, #1
  lsrs r2, r0, #32
  asrs r3, r0, #32
  movs r4, #33
  mov r5, r0
  lsls r5, r4
  done
snippet compare_branches
  movs r2, #0
  cmp r0, r1
  bge 1f
  adds r2, #1
1:cmp r0, r1
  bhi 2f
  adds r2, #2
2:cmp r0, r1
  bvs 3f
  adds r2, #4
3:done
snippet extend_and_reverse
  sxtb r1, r0
  uxtb r2, r0
  sxth r3, r0
  uxth r4, r0
  rev r5, r0
  rev16 r6, r0
  revsh r7, r0
  done
snippet multiple_and_stack
  push {r0-r3, lr}
  pop {r4-r7}
  add sp, #4
  mov r8, sp
  done
snippet load_store_widths
  str r1, [r0]
  ldrb r2, [r0, #3]
  ldrh r3, [r0, #2]
  movs r7, #3
  ldrsb r4, [r0, r7]
  movs r7, #2
  ldrsh r5, [r0, r7]
  strb r7, [r0, #1]
  ldr r6, [r0]
  done
snippet pc_relative
  ldr r0, 1f
  adr r1, 1f
  mov r2, pc
  done
  .p2align 2
1:.word 0x12345678

#if __ARM_ARCH >= 7
snippet modified_immediates
  mov r0, #0x00AB00AB
  mov r1, #0xAB00AB00
  mov r2, #0xABABABAB
  mov r3, #0xFF000000
  movw r4, #0x1234
  movt r4, #0x8765
  mvn r5, #0
  done
snippet logic_carry
  ands r1, r0, #0x80000000
  done
snippet it_block
  movs r2, #0
  cmp r0, #5
  ittee eq
  addeq r2, #1
  moveq r3, #10
  addne r2, #2
  movne r3, #20
  done
snippet bit_fields
  ubfx r1, r0, #4, #8
  sbfx r2, r0, #4, #8
  mov r3, r0
  bfi r3, r4, #8, #12
  mov r5, r0
  bfc r5, #4, #24
  clz r6, r0
  rbit r7, r0
  done
snippet divides
  sdiv r2, r0, r1
  udiv r3, r0, r1
  done
snippet long_multiplies
  smull r2, r3, r0, r1
  umull r4, r5, r0, r1
  smlal r6, r7, r0, r1
  done
snippet indexed_loads
  ldr r1, [r0], #4
  ldr r2, [r0, #4]!
  ldrd r3, r4, [r0, #-8]
  strd r3, r4, [r0], #8
  done
snippet unaligned_word
  ldr r1, [r0, #1]
  ldrh r2, [r0, #3]
  str r1, [r0, #6]
  ldr r3, [r0, #6]
  done
snippet table_branch
  tbb [pc, r0]
1:.byte (2f - 1b) / 2
  .byte (3f - 1b) / 2
2:movs r1, #10
  done
3:movs r1, #20
  done
snippet compare_zero
  movs r1, #1
  cbz r0, 1f
  movs r1, #2
1:cbnz r0, 2f
  adds r1, #4
2:done
snippet exclusives
  ldrex r1, [r0]
  adds r1, #1
  strex r2, r1, [r0]
  strex r3, r1, [r0]
  done
#endif

#ifdef __ARM_FEATURE_DSP
snippet lanes
  sadd16 r2, r0, r1
  mrs r8, apsr
  uadd8 r3, r0, r1
  mrs r9, apsr
  sel r4, r0, r1
  qsub8 r5, r0, r1
  uhadd16 r6, r0, r1
  sasx r7, r0, r1
  done
snippet saturation
  qadd r2, r0, r1
  mrs r3, apsr
  ssat r4, #8, r0
  usat r5, #8, r0
  ssat r6, #16, r0, asr #4
  usat16 r7, #4, r1
  done
snippet dual_multiplies
  smuad r2, r0, r1
  smusdx r3, r0, r1
  smlad r4, r0, r1, r5
  smlald r6, r7, r0, r1
  done
snippet top_multiplies
  smmul r2, r0, r1
  smmulr r3, r0, r1
  smmla r4, r0, r1, r5
  smmls r6, r0, r1, r5
  smulwb r7, r0, r1
  smultt r8, r0, r1
  done
snippet packing
  pkhbt r2, r0, r1, lsl #16
  pkhtb r3, r0, r1, asr #16
  sxtb16 r4, r0
  uxtab16 r5, r1, r0, ror #8
  sxtab r6, r1, r0, ror #16
  usad8 r7, r0, r1
  done
#endif

#ifdef __ARM_FP
snippet enable_float
  ldr r0, =0xE000ED88
  ldr r1, [r0]
  orr r1, #0xF00000
  str r1, [r0]
  done
snippet float_arithmetic
  vmov s0, r0
  vmov s1, r1
  vadd.f32 s2, s0, s1
  vmov r2, s2
  vmul.f32 s2, s0, s1
  vmov r3, s2
  vdiv.f32 s2, s0, s1
  vmov r4, s2
  vsqrt.f32 s2, s0
  vmov r5, s2
  vmov.f32 s3, #1.0
  vfma.f32 s3, s0, s1
  vmov r6, s3
  vmrs r7, fpscr
  done
snippet float_conversions
  vmov s0, r0
  vcvt.s32.f32 s1, s0
  vmov r1, s1
  vcvt.u32.f32 s1, s0
  vmov r2, s1
  vcvtr.s32.f32 s1, s0
  vmov r3, s1
  vmov s1, r4
  vcvt.f32.s32 s1, s1
  vmov r4, s1
  vmov s1, r0
  vcvt.s32.f32 s1, s1, #8
  vmov r5, s1
  vcmp.f32 s0, #0.0
  vmrs apsr_nzcv, fpscr
  mrs r6, apsr
  done
#endif

// --- Timing: one run a rule of the tables. Aligned, so that what follows the label starts at a multiple of 4.
snippet timing_alu
  adds r2, r0, r1
  adds r3, r0, r1
  adds r4, r0, r1
  done
snippet timing_loads
  ldr r1, [r0]
  ldr r2, [r0, #4]
  ldr r3, [r0, #8]
  done
snippet timing_dependent_loads
  ldr r0, [r0]
  ldr r0, [r0]
  done
snippet timing_address_dependency
  adds r0, #4
  ldr r1, [r0]
  done
snippet timing_store
  str r1, [r0]
  str r1, [r0]
  done
snippet timing_store_register
  str r1, [r0, r2]
  done
snippet timing_store_after_load
  ldr r3, [r0]
  str r1, [r0, r2]
  done
snippet timing_multiple
  ldmia r0!, {r1-r4}
  done
snippet timing_loop
1:subs r0, #1
  bne 1b
  done
snippet timing_branch
  b 1f
  nop
1:done
snippet timing_branch_not_taken
  cmp r0, r0
  bne 1f
1:done
snippet timing_call
  mov r4, lr
  bl timing_return
  done
snippet timing_return
  bx lr
snippet timing_pop_pc
  adr r0, 1f
  adds r0, #1
  push {r0}
  pop {pc}
  nop
  .p2align 2
1:done
#if __ARM_ARCH >= 7
snippet timing_it_folded
  cmp r0, r0
  it eq
  moveq r1, #1
  done
snippet timing_unaligned_target
  b 1f
  nop
  nop
1:add.w r0, r0, #1
  done
snippet timing_unaligned_wides
  nop
  add.w r0, r0, #1
  add.w r0, r0, #1
  add.w r0, r0, #1
  add.w r0, r0, #1
  done
snippet timing_unaligned_load
  ldr r1, [r0, #1]
  ldr r1, [r0, #2]
  done
snippet timing_divide
  udiv r2, r0, r1
  done
snippet timing_multiply
  mul r2, r0, r1
  mla r3, r0, r1, r2
  smull r4, r5, r0, r1
  smlal r4, r5, r0, r1
  done
#else
snippet timing_multiply
  muls r1, r0
  done
#endif

// --- What the outside sees.
snippet load_word
  ldr r1, [r0]
  done
snippet store_word
  str r1, [r0]
  done
snippet store_byte
  strb r1, [r0]
  done
snippet store_twice
  str r1, [r0]
  str r2, [r0]
  adds r3, #1
  done
snippet semihosting_call
  bkpt 0xab
  done
snippet wait_for_interrupt
  wfi
  adds r1, #1
  done
snippet set_event_and_wait
  sev
  wfe
  adds r1, #1
  wfe
  adds r1, #1
  done
snippet mask_interrupts
  cpsid i
  done
snippet unmask_interrupts
  cpsie i
  done
snippet patched_code
  movs r1, #1
  strh r2, [r0]
  b patch_target
snippet patch_target
  movs r1, #2
  done
snippet endless_loop
  b .

  .text
  .global main
  .type main, %function
  .thumb_func
main:
  bx lr
