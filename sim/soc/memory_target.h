// SPDX-License-Identifier: Apache-2.0
// One memory region as a loosely timed TLM-2.0 target: SRAM, flash or external memory.
//
// A read takes the latency of its region and cycles_per_beat for every bus word it touches, and in a region with lines
// waits for each of them as the accelerator's beats do (sim/memory/line_buffer.h); this port has a line buffer of its
// own. A write takes the latency of writes and cycles_per_beat. The delay grows by that. The bytes move at the call.
// The debug interface moves bytes in zero time and may write flash. There is no direct memory interface: it would go
// around timing and arbitration.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <optional>
#include <span>
#include <systemc>
#include <tlm>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/line_buffer.h"
#include "sim/soc/clock_domain.h"

namespace systolite {

class MemoryTarget final : public sc_core::sc_module {
 public:
  // Addresses are offsets from the base of the region.
  tlm_utils::simple_target_socket<MemoryTarget> bus;

  enum class Access : std::uint8_t { kReadOnly, kReadWrite };

  // `memory` outlives it and has the region.
  MemoryTarget(const sc_core::sc_module_name& name, const ClockDomain& clock, BusMemory& memory,
               const MemoryRegion& region, Access access, unsigned bus_bytes);

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  [[nodiscard]] tlm::tlm_response_status check(const tlm::tlm_generic_payload& payload) const;
  [[nodiscard]] std::span<std::uint8_t> storage(std::uint64_t offset);
  // How long an access takes that begins in cycle `start`.
  [[nodiscard]] Cycles cycles_of(const tlm::tlm_generic_payload& payload, Cycles start);

  ClockDomain clock_;
  BusMemory& memory_;
  MemoryRegion region_;
  Access access_;
  unsigned bus_bytes_;
  std::optional<LineBuffer> lines_;
};

}  // namespace systolite
