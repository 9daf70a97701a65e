// SPDX-License-Identifier: Apache-2.0
// Faults: what they are called, which exception stands for them, and when there is none left (DDI 0403, B1.5).
#include <utility>

#include "sim/cpu/machine.h"
#include "sim/cpu/text.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kForced = 1U << 30;  // HFSR
constexpr std::uint32_t kVectorTable = 2;    // HFSR
constexpr std::uint32_t kBfarValid = 1U << 15;

std::uint32_t status_bit(FaultKind kind) {
  switch (kind) {
    case FaultKind::kFetchViolation:
      return 1U << 0;
    case FaultKind::kFetchBus:
      return 1U << 8;
    case FaultKind::kData:
      return 1U << 9 | kBfarValid;
    case FaultKind::kUnstacking:
      return 1U << 11;
    case FaultKind::kStacking:
      return 1U << 12;
    case FaultKind::kUndefined:
      return 1U << 16;
    case FaultKind::kInvalidState:
      return 1U << 17;
    case FaultKind::kInvalidReturn:
      return 1U << 18;
    case FaultKind::kNoCoprocessor:
      return 1U << 19;
    case FaultKind::kStackLimit:
      return 1U << 20;
    case FaultKind::kUnaligned:
      return 1U << 24;
    case FaultKind::kDivideByZero:
      return 1U << 25;
    case FaultKind::kVector:
    case FaultKind::kSupervisorCall:
      break;
  }
  return 0;
}

int own_exception(FaultKind kind) {
  switch (kind) {
    case FaultKind::kFetchViolation:
      return kMemManage;
    case FaultKind::kFetchBus:
    case FaultKind::kData:
    case FaultKind::kUnstacking:
    case FaultKind::kStacking:
      return kBusFault;
    case FaultKind::kVector:
    case FaultKind::kSupervisorCall:
      return kHardFault;
    default:
      return kUsageFault;
  }
}

const char* exception_name(int number) {
  switch (number) {
    case kMemManage:
      return "MemManage";
    case kBusFault:
      return "BusFault";
    case kUsageFault:
      return "UsageFault";
    default:
      return "HardFault";
  }
}

}  // namespace

std::string Machine::describe(const PendingFault& pending) const {
  switch (pending.kind) {
    case FaultKind::kUndefined:
      return "undefined instruction " + hex(pending.detail);
    case FaultKind::kInvalidState:
      return "branch to an address that does not say Thumb (bit 0 is 0)";
    case FaultKind::kInvalidReturn:
      return "invalid exception return " + hex(pending.detail);
    case FaultKind::kNoCoprocessor:
      return "coprocessor instruction " + hex(pending.detail) +
             (core.fpu ? ", floating point is not enabled (CPACR)" : ", the core has no such coprocessor");
    case FaultKind::kUnaligned:
      return "unaligned access to " + hex(pending.detail);
    case FaultKind::kDivideByZero:
      return "division by zero";
    case FaultKind::kStackLimit:
      return "stack overflow, the stack pointer would be " + hex(pending.detail) + ", below its limit " + hex(sp_limit);
    case FaultKind::kFetchBus:
      return "no memory to execute from at " + hex(pending.detail);
    case FaultKind::kFetchViolation:
      return "execution from " + hex(pending.detail) + ", which is execute-never";
    case FaultKind::kData:
      return std::string(pending.write ? "store to " : "load from ") + hex(pending.detail) +
             (pending.write ? ", where nothing can be written" : ", where nothing is");
    case FaultKind::kStacking:
      return "stack overflow, an exception's frame does not fit at " + hex(pending.detail);
    case FaultKind::kUnstacking:
      return "an exception's frame cannot be read back from " + hex(pending.detail);
    case FaultKind::kVector:
      return "the vector table at " + hex(pending.detail) + " cannot be read";
    case FaultKind::kSupervisorCall:
      return "SVC where it cannot be taken (masked, or its priority is not above the current one)";
  }
  return "fault";
}

int Machine::fault_exception(FaultKind kind) {
  cfsr |= status_bit(kind);
  int number = v6m() ? kHardFault : own_exception(kind);
  if (number != kHardFault && (!nvic.enabled(number) || nvic.group_priority(number) >= execution_priority())) {
    number = kHardFault;
    hfsr |= kForced;
  }
  if (kind == FaultKind::kSupervisorCall) hfsr |= kForced;
  if (kind == FaultKind::kVector) hfsr |= kVectorTable;
  if (number == kHardFault && execution_priority() <= -1) return 0;
  return number;
}

void Machine::lock_up(const std::string& why) {
  stop_reason = StopReason::kLockup;
  stop_message = "the processor locks up at " + hex(pc) + ": " + why;
}

void Machine::stop_at_stack_overflow(std::uint32_t stack) {
  const std::string cause =
      "the stack pointer would be " + hex(stack) + ", below the end of the stack at " + hex(main_stack_end);
  last_fault = Fault{.kind = "stack overflow", .cause = cause, .pc = pc, .address = stack};
  stop_reason = StopReason::kStackOverflow;
  stop_message = "stack overflow at " + hex(pc) + ": " + cause;
}

void Machine::take_fault() {
  const PendingFault pending = *std::exchange(fault, std::nullopt);
  if (pending.kind == FaultKind::kStackLimit && is_stack_overflow(pending.detail)) {
    stop_at_stack_overflow(pending.detail);
    return;
  }
  const std::string cause = describe(pending);
  Fault record{.kind = exception_name(v6m() ? kHardFault : own_exception(pending.kind)), .cause = cause, .pc = pc};
  if (pending.kind == FaultKind::kData || pending.kind == FaultKind::kUnaligned) record.address = pending.detail;
  last_fault = record;
  if (stop_on_fault) {
    stop_reason = StopReason::kFault;
    stop_message = std::string(record.kind) + " at " + hex(pc) + ": " + cause;
    return;
  }
  if (pending.kind == FaultKind::kData) bfar = pending.detail;
  const int number = fault_exception(pending.kind);
  if (number == 0) {
    lock_up(cause + ", while HardFault or NMI was active");
    return;
  }
  // The processor branched there; only the address is to be stacked.
  if (pending.kind == FaultKind::kInvalidState) thumb = false;
  enter_exception(number);
}

void Machine::derived_fault(FaultKind kind, std::uint32_t exc_return) {
  const PendingFault pending{kind, r[13], true};
  last_fault = Fault{.kind = exception_name(own_exception(kind)), .cause = describe(pending), .pc = pc};
  const int number = fault_exception(kind);
  if (number == 0) {
    lock_up(describe(pending));
    return;
  }
  jump_to_handler(number, exc_return);
}

}  // namespace systolite::cpu
