// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/fast_accelerator.h"

namespace systolite {

FastAccelerator::FastAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config,
                                 BusMemory& contents)
    : Accelerator(name, clock),
      port_(memory, static_cast<unsigned>(config.dma.bus_bytes())),
      core_(config, contents, port_) {
  SC_HAS_PROCESS(FastAccelerator);
  SC_METHOD(drive_irq);
  sensitive << irq_change_;
  dont_initialize();
}

std::optional<std::uint32_t> FastAccelerator::read(std::uint32_t offset, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  return core_.read(offset, now + kSetupCycle);
}

bool FastAccelerator::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  core_.write(offset, value, now + kAccessCycle);
  // The line may change in the cycle after the access, and rise or not rise later than it would have.
  irq_change_.cancel();
  irq_change_.notify(time_until(now + kAccessCycle + 1));
  return true;
}

void FastAccelerator::drive_irq() {
  const Cycles now = current_cycle();
  irq.write(core_.irq(now));
  const std::optional<Cycles> rise = core_.next_irq(now);
  if (rise && *rise > now) irq_change_.notify(time_until(*rise));
}

}  // namespace systolite
