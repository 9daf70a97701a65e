// SPDX-License-Identifier: Apache-2.0
// Cycle counter with one compare value and a level-sensitive interrupt (registers: configs/soc_regs.yaml). No events
// but matches.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>

#include "sim/soc/register_module.h"
#include "slt_soc.h"

namespace systolite {

class Timer final : public RegisterModule {
 public:
  sc_core::sc_out<bool> irq;

  Timer(const sc_core::sc_module_name& name, const ClockDomain& clock);

 private:
  // What the registers hold at the start of cycle `now`.
  struct State {
    Cycles now = 0;
    std::uint32_t ctrl = SLT_TIMER_CTRL_RESET;
    std::uint32_t count = SLT_TIMER_COUNT_RESET;
    std::uint32_t compare = SLT_TIMER_COMPARE_RESET;
    std::uint32_t status = SLT_TIMER_STATUS_RESET;

    // Cycles to the next match; 0: none.
    [[nodiscard]] Cycles to_match() const noexcept;
    // No effect for a past cycle.
    void advance(Cycles cycle) noexcept;
    [[nodiscard]] std::optional<std::uint32_t> read(std::uint32_t offset) const noexcept;
    bool write(std::uint32_t offset, std::uint32_t value) noexcept;

   private:
    [[nodiscard]] bool counting() const noexcept { return (ctrl & SLT_TIMER_CTRL_ENABLE_MASK) != 0; }
    // Counts on from 0.
    [[nodiscard]] bool restarts() const noexcept {
      return (ctrl & SLT_TIMER_CTRL_PERIODIC_MASK) != 0 && count == compare;
    }
  };

  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override;
  void update();

  State state_;
  sc_core::sc_event change_;  // the line may have to change
};

}  // namespace systolite
