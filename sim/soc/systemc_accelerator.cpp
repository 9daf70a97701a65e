// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/systemc_accelerator.h"

namespace systolite {

SystemcAccelerator::SystemcAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock,
                                       const HwConfig& config)
    : Accelerator(name, clock),
      config_(config),
      port_(memory, static_cast<unsigned>(config.dma.bus_bytes())),
      context_(config_, clock.period()),
      core_("core", context_, port_) {
  core_.irq.bind(irq);
}

std::optional<std::uint32_t> SystemcAccelerator::read(std::uint32_t offset, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  const sc_core::sc_time to_setup = time_until(now + kSetupCycle);
  if (sc_core::sc_get_status() == sc_core::SC_RUNNING) {
    wait(to_setup);
  } else {
    sc_core::sc_start(to_setup, sc_core::SC_RUN_TO_TIME);
  }
  return peek(offset);
}

std::optional<std::uint32_t> SystemcAccelerator::peek(std::uint32_t offset) {
  std::uint32_t value = 0;
  static_cast<void>(core_.registers().read(offset, value));  // 0 where there is no register
  return value;
}

bool SystemcAccelerator::write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) {
  end = now + kAccessCycles;
  static_cast<void>(
      core_.registers().write(offset, value, time_until(now + kSetupCycle)));  // a refused one does nothing
  return true;
}

}  // namespace systolite
