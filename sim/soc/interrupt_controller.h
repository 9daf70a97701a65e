// SPDX-License-Identifier: Apache-2.0
// The interrupt lines of the devices to the one line of the processor (registers: configs/soc_regs.yaml).
// Level-sensitive: nothing is latched.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>

#include "sim/soc/register_module.h"
#include "slt_soc.h"

namespace systolite {

class InterruptController final : public RegisterModule {
 public:
  sc_core::sc_vector<sc_core::sc_in<bool>> lines;  // index: SLT_SOC_*_INTERRUPT
  sc_core::sc_out<bool> irq;

  InterruptController(const sc_core::sc_module_name& name, const ClockDomain& clock);

 private:
  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override;
  [[nodiscard]] std::uint32_t pending() const;
  void update();

  std::uint32_t enable_ = SLT_INTERRUPTS_ENABLE_RESET;
  sc_core::sc_event change_;
};

}  // namespace systolite
