// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/interrupt_controller.h"

#include <bit>

namespace systolite {
namespace {

constexpr std::uint32_t kLineBits = (1U << SLT_SOC_NUM_INTERRUPTS) - 1;
constexpr Cycles kAccessCycles = 1;

}  // namespace

InterruptController::InterruptController(const sc_core::sc_module_name& name, const ClockDomain& clock)
    : RegisterModule(name, clock, SLT_SOC_INTERRUPTS_BYTES), lines("line", SLT_SOC_NUM_INTERRUPTS), irq("irq") {
  SC_HAS_PROCESS(InterruptController);
  SC_METHOD(update);
  sensitive << change_;
  for (const sc_core::sc_in<bool>& line : lines) sensitive << line;
  dont_initialize();
}

std::uint32_t InterruptController::pending() const {
  std::uint32_t bits = 0;
  for (std::uint32_t line = 0; line < lines.size(); ++line) {
    if (lines[line].read()) bits |= 1U << line;
  }
  return bits;
}

void InterruptController::update() { irq.write((pending() & enable_) != 0); }

std::optional<std::uint32_t> InterruptController::peek(std::uint32_t offset) {
  const std::uint32_t active = pending() & enable_;
  switch (offset) {
    case SLT_INTERRUPTS_PENDING_OFFSET:
      return pending();
    case SLT_INTERRUPTS_ENABLE_OFFSET:
      return enable_;
    case SLT_INTERRUPTS_ACTIVE_OFFSET:
      return active;
    case SLT_INTERRUPTS_CLAIM_OFFSET:
      return active == 0 ? SLT_INTERRUPTS_CLAIM_RESET : static_cast<std::uint32_t>(std::countr_zero(active));
    default:
      return std::nullopt;
  }
}

std::optional<std::uint32_t> InterruptController::read(std::uint32_t offset, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  return peek(offset);
}

bool InterruptController::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  if (offset != SLT_INTERRUPTS_ENABLE_OFFSET) return false;
  end = now + kAccessCycles;
  enable_ = value & kLineBits;
  change_.notify(time_until(end));
  return true;
}

}  // namespace systolite
