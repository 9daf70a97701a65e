// SPDX-License-Identifier: Apache-2.0
// The fast model as an accelerator of the SoC.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>

#include "sim/core/hw_config.h"
#include "sim/fast/fast_core.h"
#include "sim/memory/bus_memory.h"
#include "sim/soc/accelerator.h"
#include "sim/soc/tlm_bus_port.h"

namespace systolite {

// A job is computed when its doorbell is rung: its results are in memory at once, its only event is the interrupt, in
// the cycle in which the hardware raises it.
class FastAccelerator final : public Accelerator {
 public:
  // `contents`: what the memories behind the socket hold; outlives the accelerator. The functional part reads and
  // writes it directly, the bursts on the socket carry the times.
  FastAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config,
                  BusMemory& contents);

  Trace take_trace() override { return core_.take_trace(current_cycle()); }

 private:
  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override {
    return core_.read(offset, current_cycle());
  }
  void drive_irq();

  TlmBusPort port_;
  FastCore core_;
  sc_core::sc_event irq_change_;
};

}  // namespace systolite
