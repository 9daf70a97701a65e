// SPDX-License-Identifier: Apache-2.0
// The Verilated RTL as an accelerator of the SoC.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <systemc>

#include "sim/core/hw_config.h"
#include "sim/rtl/rtl_model.h"
#include "sim/soc/accelerator.h"
#include "sim/soc/tlm_bus_port.h"

namespace systolite {

// The RTL is clocked in register accesses and while it is busy, one cycle an event; while it is idle there are no
// events, and it notices nothing of the time that passes. In a register access it runs ahead of the simulation time, by
// the few cycles the access takes.
class RtlAccelerator final : public Accelerator {
 public:
  // `library`: from build_rtl_library() for the same configuration.
  RtlAccelerator(const sc_core::sc_module_name& name, const ClockDomain& clock, const HwConfig& config,
                 const std::filesystem::path& library);

  Trace take_trace() override;
  // For waveforms, which count cycles in which the RTL was clocked.
  [[nodiscard]] RtlModel& model() noexcept { return model_; }

 private:
  struct IrqChange {
    Cycles cycle;
    bool level;
  };

  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  // Not known without a clock.
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t /*offset*/) override { return std::nullopt; }

  // The first cycle the RTL has not seen.
  [[nodiscard]] Cycles next_cycle() const noexcept { return model_.now() + skipped_; }
  // Brings an idle RTL to cycle `now`, runs a busy one up to it.
  void catch_up(Cycles now);
  void tick();
  void drive_irq();

  TlmBusPort port_;
  RtlModel model_;
  Cycles skipped_ = 0;  // cycles of the SoC's clock the RTL was not clocked in
  Cycles skipped_at_doorbell_ = 0;
  std::deque<IrqChange> irq_changes_;
  sc_core::sc_event tick_;
  sc_core::sc_event irq_change_;
};

}  // namespace systolite
