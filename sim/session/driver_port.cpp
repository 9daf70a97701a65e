// SPDX-License-Identifier: Apache-2.0
#include "sim/session/driver_port.h"

#include <utility>

namespace systolite {
namespace {

// The processor also wakes up from time to time, so that the driver's time limits work. In cycles.
constexpr Cycles kTick = 100'000;

}  // namespace

// After a failure the device is not touched again: every register reads 0, which the driver takes for an idle device
// and returns.
template <typename Action>
std::uint32_t DriverPort::guarded(Action action) {
  if (failure_) return 0;
  try {
    return action();
  } catch (...) {
    failure_ = std::current_exception();
    return 0;
  }
}

slt_port_t DriverPort::port() noexcept { return {this, read32, write32, cycles, wait_for_interrupt}; }

void DriverPort::rethrow() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::vector<Trace> DriverPort::take_traces() {
  if (std::exchange(job_started_, false)) traces_.push_back(device_.take_trace());
  return std::exchange(traces_, {});
}

std::uint32_t DriverPort::read32(void* self, std::uint32_t offset) {
  auto& port = *static_cast<DriverPort*>(self);
  return port.guarded([&] { return port.device_.read_register(offset); });
}

void DriverPort::write32(void* self, std::uint32_t offset, std::uint32_t value) {
  auto& port = *static_cast<DriverPort*>(self);
  port.guarded([&] {
    if (offset == SLT_REG_DOORBELL_OFFSET && std::exchange(port.job_started_, true)) {
      port.traces_.push_back(port.device_.take_trace());
    }
    port.device_.write_register(offset, value);
    return 0U;
  });
}

std::uint32_t DriverPort::cycles(void* self) {
  auto& port = *static_cast<DriverPort*>(self);
  return static_cast<std::uint32_t>(port.device_.now());
}

void DriverPort::wait_for_interrupt(void* self) {
  auto& port = *static_cast<DriverPort*>(self);
  port.guarded([&] {
    port.device_.advance_until_irq(kTick);
    return 0U;
  });
}

}  // namespace systolite
