// SPDX-License-Identifier: Apache-2.0
// The SystemC model (hw/systemc) as an accelerator of the SoC.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>

#include "hw/systemc/accelerator_core.h"
#include "hw/systemc/model_context.h"
#include "sim/core/hw_config.h"
#include "sim/soc/accelerator.h"
#include "sim/soc/tlm_bus_port.h"

namespace systolite {

// The model has one state, that of the simulation time. A read returns the values of its setup cycle, so it lets the
// time pass until then: from inside the simulation it must be called in a thread.
class SystemcAccelerator final : public Accelerator {
 public:
  SystemcAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config);

  Trace take_trace() override { return context_.log.take_trace(context_.clock.job_cycle()); }
  void rethrow_failure() override { context_.watchdog.rethrow(); }

 private:
  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override;

  HwConfig config_;
  TlmBusPort port_;
  sc::ModelContext context_;
  sc::AcceleratorCore core_;
};

}  // namespace systolite
