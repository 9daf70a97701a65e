// SPDX-License-Identifier: Apache-2.0
// Exception entry and return (DDI 0403, B1.5; ARMv8-M without security extension: DDI 0553, B3).
#include <algorithm>
#include <utility>

#include "sim/cpu/machine.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kSpsel = 2;
constexpr std::uint32_t kFpca = 4;
constexpr std::uint32_t kStackAlign = 1U << 9;    // CCR
constexpr std::uint32_t kNonBaseThread = 1;       // CCR
constexpr std::uint32_t kFrameAligned = 1U << 9;  // stacked xPSR
constexpr std::uint32_t kLazyFp = 1U << 30;       // FPCCR
constexpr std::uint32_t kLazyActive = 1;          // FPCCR
constexpr std::uint32_t kSleepOnExit = 2;         // SCR
constexpr std::uint32_t kVectorTable = 2;         // HFSR
constexpr std::uint32_t kBasicFrame = 32;
constexpr std::uint32_t kFloatFrame = 72;

}  // namespace

int Machine::execution_priority(bool ignore_primask) const {
  int priority = nvic.active_priority();
  if (basepri != 0) priority = std::min(priority, nvic.group_of(static_cast<std::uint8_t>(basepri)));
  if (primask != 0 && !ignore_primask) priority = std::min(priority, 0);
  if (faultmask != 0) priority = std::min(priority, -1);
  return priority;
}

int Machine::preempting(bool ignore_primask) const {
  const int number = nvic.first_pending();
  if (number == 0) return 0;
  return nvic.group_priority(number) < execution_priority(ignore_primask) ? number : 0;
}

bool Machine::may_take_svc() const { return nvic.group_priority(kSvCall) < execution_priority(); }

bool Machine::push_frame(std::uint32_t& exc_return) {
  const bool with_float = core.fpu && (control & kFpca) != 0;
  const bool process = on_process_stack();
  const bool align = v6m() || v8m() || (ccr & kStackAlign) != 0 || with_float;
  const std::uint32_t stack = r[13];
  const std::uint32_t frame = (stack - kBasicFrame - (with_float ? kFloatFrame : 0)) & (align ? ~4U : ~0U);
  const std::uint32_t status = xpsr() | (align && (stack & 4U) != 0 ? kFrameAligned : 0);
  if (v8m()) {
    exc_return = 0xFFFFFFA0U | (with_float ? 0 : 16U) | (handler_mode() ? 0 : 8U) | (process ? 4U : 0);
  } else {
    exc_return = (handler_mode() ? 0xFFFFFFF1U : process ? 0xFFFFFFFDU : 0xFFFFFFF9U) & (with_float ? ~16U : ~0U);
  }
  const std::uint32_t words[8] = {r[0], r[1], r[2], r[3], r[12], r[14], pc, status};
  bool written = frame >= sp_limit;
  if (!written && is_stack_overflow(frame)) {
    stop_at_stack_overflow(frame);
    return false;
  }
  r[13] = frame;
  for (std::uint32_t k = 0; k < 8 && written; ++k) written = store<std::uint32_t>(frame + 4 * k, words[k]);
  if (with_float) {
    if ((fpccr & kLazyFp) != 0) {
      fpccr |= kLazyActive;
      fpcar = frame + kBasicFrame;
    } else {
      written = written && push_float(frame + kBasicFrame);
      if (written) cycle += 17;  // one word a cycle
    }
    const std::uint32_t keep = fpdscr & (7U << 24 | 3U << 22);
    if ((fpccr & kLazyFp) == 0) fpscr = keep;
  }
  fault.reset();
  rewind = false;
  return written;
}

void Machine::jump_to_handler(int number, std::uint32_t exc_return) {
  std::uint32_t vector = 0;
  const std::uint32_t address = vtor + 4U * static_cast<unsigned>(number);
  const bool readable = load<std::uint32_t>(address, vector);
  set_context(number, control & ~(kSpsel | kFpca));
  nvic.activate(number);
  r[14] = exc_return;
  pc = vector & ~1U;
  thumb = (vector & 1U) != 0;
  it = 0;
  branch_entry = 0;
  resume_insn = nullptr;
  exclusive_open = false;
  event = true;
  sleeping = false;
  update_fp_ready();
  ++counters.exceptions;
  if (readable) return;
  fault.reset();
  rewind = false;
  hfsr |= kVectorTable;
  lock_up("the vector of exception " + std::to_string(number) + " at " + hex(address) + " cannot be read");
}

void Machine::enter_exception(int number) {
  const std::uint64_t start = cycle;
  std::uint32_t exc_return = 0;
  const bool stacked = push_frame(exc_return);
  if (stop_reason) return;
  cycle += static_cast<unsigned>(timing.exception_entry);
  if (stacked) {
    jump_to_handler(number, exc_return);
  } else if (number <= kHardFault) {
    lock_up(describe({FaultKind::kStacking, r[13], true}));
  } else {
    derived_fault(FaultKind::kStacking, exc_return);
  }
  counters.exception_cycles += cycle - start;
}

bool Machine::pop_frame(std::uint32_t value) {
  const bool to_thread = (value & 8U) != 0;
  const bool process = (value & 4U) != 0;
  const bool with_float = core.fpu && (value & 16U) == 0;
  const bool align = v6m() || v8m() || (ccr & kStackAlign) != 0 || with_float;
  const std::uint32_t frame = process ? psp() : msp();
  std::uint32_t words[8] = {};
  for (std::uint32_t k = 0; k < 8; ++k) {
    if (!load<std::uint32_t>(frame + 4 * k, words[k])) return false;
  }
  if (with_float) {
    if ((fpccr & kLazyActive) != 0) {
      fpccr &= ~kLazyActive;
    } else {
      if (!pop_float(frame + kBasicFrame)) return false;
      cycle += 17;
    }
  }
  const std::uint32_t status = words[7];
  const std::uint32_t after =
      (frame + kBasicFrame + (with_float ? kFloatFrame : 0)) | (align && (status & kFrameAligned) != 0 ? 4U : 0);
  if (process) {
    set_psp(after);
  } else {
    set_msp(after);
  }
  const std::uint32_t new_control =
      (control & ~(kSpsel | kFpca)) | (process && to_thread ? kSpsel : 0) | (with_float ? kFpca : 0);
  set_context(static_cast<int>(status & (v6m() ? 0x3FU : 0x1FFU)), new_control);
  r[0] = words[0];
  r[1] = words[1];
  r[2] = words[2];
  r[3] = words[3];
  r[12] = words[4];
  r[14] = words[5];
  pc = words[6] & ~1U;
  set_apsr_nzcvq(status);
  if (core.has_dsp()) ge = (status >> 16) & 15U;
  thumb = (status & 1U << 24) != 0;
  it = v6m() ? 0 : (status >> 25 & 3U) | (status >> 10 & 0x3FU) << 2;
  return true;
}

void Machine::return_from_exception(std::uint32_t value) {
  const std::uint64_t start = cycle;
  const int number = exception;
  const bool to_thread = (value & 8U) != 0;
  const bool process = (value & 4U) != 0;
  const bool others_active = nvic.active_count() > 1;
  bool valid = nvic.active(number) && (to_thread || !process);
  if (!v8m()) valid = valid && (value & 3U) == 1;
  if (to_thread && others_active && (ccr & kNonBaseThread) == 0 && !v8m()) valid = false;
  if (!to_thread && !others_active) valid = false;
  nvic.deactivate(number);
  if (number != kNmi) faultmask = 0;
  if (!valid) {
    const PendingFault pending{FaultKind::kInvalidReturn, value, false};
    last_fault = Fault{.kind = "UsageFault", .cause = describe(pending), .pc = pc};
    const int next = fault_exception(FaultKind::kInvalidReturn);
    if (next == 0) {
      lock_up(describe(pending));
    } else {
      jump_to_handler(next, value);
    }
    return;
  }
  if (systick.advance(cycle)) nvic.pend(kSysTick);
  if (const int next = preempting()) {  // tail-chaining: the frame stays where it is
    cycle += static_cast<unsigned>(timing.tail_chain);
    jump_to_handler(next, value);
    counters.exception_cycles += cycle - start;
    return;
  }
  if (!pop_frame(value)) {
    fault.reset();
    rewind = false;
    derived_fault(FaultKind::kUnstacking, value);
    return;
  }
  exclusive_open = false;
  event = true;
  resume_insn = nullptr;
  branch_entry = 0;
  update_fp_ready();
  cycle += static_cast<unsigned>(timing.exception_return);
  counters.exception_cycles += cycle - start;
  if (to_thread && (scr & kSleepOnExit) != 0 && !nvic.any_active()) {
    sleeping = true;
    sleeps_for_event = false;
  }
}

}  // namespace systolite::cpu
