// SPDX-License-Identifier: Apache-2.0
// The bus of the SoC: finds the target of an address and lets one master at a time have it.
#pragma once

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/soc/arbiter.h"

namespace systolite {

// Decoding takes no time. A target sees offsets from the base of its region; the payload's address is given back as it
// was. An address outside every region, or an access that leaves its region, gets TLM_ADDRESS_ERROR_RESPONSE. Waiting
// for a target that serves another transaction is added to the delay (sim/soc/arbiter.h).
//
// Bursts with timing of their own (sim/soc/bus_burst_extension.h) concern all memories and their common channels: they
// pass to `bursts` untouched, and the memory model behind it orders them.
class Interconnect final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Interconnect> cpu;
  tlm_utils::simple_target_socket<Interconnect> accelerator;
  tlm_utils::simple_initiator_socket<Interconnect> bursts;

  explicit Interconnect(const sc_core::sc_module_name& name);

  // Adds a region of the address map and binds its target. Throws Error(kConfig) when it overlaps an earlier one.
  void attach(const std::string& region, std::uint32_t base, std::uint32_t bytes, tlm::tlm_target_socket<>& target);

 private:
  struct Region {
    std::string name;
    std::uint32_t base;
    std::uint32_t bytes;
    Arbiter arbiter;
    [[nodiscard]] bool contains(std::uint64_t address) const noexcept {
      return address >= base && address - base < bytes;
    }
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  // Index of the region, which is the index of its socket.
  [[nodiscard]] std::size_t find(std::uint64_t address) const noexcept;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void route(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  tlm_utils::multi_passthrough_initiator_socket<Interconnect> targets_;
  std::vector<Region> regions_;
};

}  // namespace systolite
