// SPDX-License-Identifier: Apache-2.0
// A module with 32-bit registers behind a TLM-2.0 target socket: checks the payload, leaves the registers to a derived
// class.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <optional>
#include <systemc>
#include <tlm>

#include "sim/soc/clock_domain.h"

namespace systolite {

// Loosely timed. Only aligned accesses of 4 bytes, without byte enables, inside the module are accepted. An access may
// be made from outside any process while the simulation is paused. No direct memory interface.
class RegisterModule : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<RegisterModule> registers;

 protected:
  // `bytes`: size of the register space. `clock` is copied.
  RegisterModule(const sc_core::sc_module_name& name, const ClockDomain& clock, std::uint32_t bytes);

  // One access that is on the bus from cycle `now` on; returns the cycle after its last one in `end`. No value, or
  // false: no such register, or one that cannot be accessed that way.
  virtual std::optional<std::uint32_t> read(std::uint32_t offset, Cycles now, Cycles& end) = 0;
  virtual bool write(std::uint32_t offset, std::uint32_t value, Cycles now, Cycles& end) = 0;
  // The value a read would return, without side effects or time. No value: no such register, or not known without a
  // real access.
  [[nodiscard]] virtual std::optional<std::uint32_t> peek(std::uint32_t offset) = 0;

  [[nodiscard]] const ClockDomain& clock() const noexcept { return clock_; }
  // The current simulation time, in cycles.
  [[nodiscard]] Cycles current_cycle() const { return clock_.at(sc_core::sc_time_stamp()); }
  // From the current simulation time to the start of a cycle; zero for a past one.
  [[nodiscard]] sc_core::sc_time time_until(Cycles cycle) const;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  [[nodiscard]] tlm::tlm_response_status check(const tlm::tlm_generic_payload& payload) const;
  [[nodiscard]] tlm::tlm_response_status access(tlm::tlm_generic_payload& payload, Cycles now, Cycles& end);

  ClockDomain clock_;
  std::uint32_t bytes_;
};

}  // namespace systolite
