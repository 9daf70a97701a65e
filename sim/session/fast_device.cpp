// SPDX-License-Identifier: Apache-2.0
#include "sim/session/fast_device.h"

namespace systolite {
namespace {

// A register access on the APB: one cycle to take up the request, setup, access, one cycle that shows its effect.
constexpr Cycles kSetup = 1;
constexpr Cycles kAccess = 2;
constexpr Cycles kAccessCycles = 4;

}  // namespace

void FastDevice::advance_to(Cycles cycle) {
  if (cycle == now_) return;
  now_ = cycle;
  irq_ = core_.irq(now_ - 1);
}

std::uint32_t FastDevice::read_register(std::uint32_t offset) {
  const std::uint32_t value = core_.read(offset, now_ + kSetup);
  advance_to(now_ + kAccessCycles);
  return value;
}

void FastDevice::write_register(std::uint32_t offset, std::uint32_t value) {
  core_.write(offset, value, now_ + kAccess);
  advance_to(now_ + kAccessCycles);
}

bool FastDevice::advance_until_irq(Cycles limit) {
  if (irq_) return true;
  const Cycles rise = core_.next_irq(now_).value_or(now_ + limit);
  advance_to(rise < now_ + limit ? rise + 1 : now_ + limit);
  return irq_;
}

void FastDevice::advance(Cycles cycles) { advance_to(now_ + cycles); }

}  // namespace systolite
