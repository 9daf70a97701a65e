// SPDX-License-Identifier: Apache-2.0
// Serial port with two FIFOs and a level-sensitive interrupt (registers: configs/soc_regs.yaml). A character on the
// wire takes 10 bits of bit_cycles each.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <systemc>

#include "sim/soc/register_module.h"
#include "slt_soc.h"

namespace systolite {

class Uart final : public RegisterModule {
 public:
  sc_core::sc_out<bool> irq;

  // Called with every character that has been transmitted, when its last bit has left.
  using Sink = std::function<void(char)>;

  Uart(const sc_core::sc_module_name& name, const ClockDomain& clock, Sink sink);

  // Characters that arrive on the wire, one after the other, from now on or after those that are still arriving.
  void receive(std::string_view text);

 private:
  static constexpr std::size_t kFifoCharacters = 16;

  std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) override;
  bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) override;
  [[nodiscard]] std::optional<std::uint32_t> peek(std::uint32_t offset) override;

  [[nodiscard]] Cycles character_cycles() const noexcept;
  // Cycle from which the next character is complete on its wire; kNever: none.
  [[nodiscard]] Cycles next_event() const noexcept;
  // The state at the start of cycle `now`; no effect for a past one.
  void advance(Cycles now);
  void finish_character(Cycles now);
  // Lets a waiting character onto each wire that is free.
  void start_characters(Cycles now);
  [[nodiscard]] std::uint32_t status() const noexcept;
  [[nodiscard]] bool level() const noexcept;
  void wake_at(Cycles cycle);
  void update();

  Sink sink_;
  Cycles now_ = 0;
  std::uint32_t ctrl_ = SLT_UART_CTRL_RESET;
  std::uint32_t bit_cycles_ = SLT_UART_BIT_CYCLES_RESET;
  bool overrun_ = false;
  std::deque<char> transmit_;
  std::deque<char> received_;
  std::deque<char> arriving_;  // the first one is on the wire if receiving_until_ says so
  std::optional<char> on_wire_;
  Cycles transmitting_until_;
  Cycles receiving_until_;
  sc_core::sc_event change_;
};

}  // namespace systolite
