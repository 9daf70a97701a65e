// SPDX-License-Identifier: Apache-2.0
// A BusPort behind a TLM-2.0 socket: answers the transactions of TlmBusPort.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "sim/memory/bus_port.h"
#include "sim/soc/bus_burst_extension.h"

namespace systolite {

// A transaction without the extension is refused with TLM_COMMAND_ERROR_RESPONSE: the memories themselves take those.
class BusPortTarget final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<BusPortTarget> bursts;

  // `port` outlives it.
  BusPortTarget(const sc_core::sc_module_name& name, BusPort& port, unsigned bus_bytes);

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  [[nodiscard]] tlm::tlm_response_status read(tlm::tlm_generic_payload& payload, BusBurstExtension& question);
  [[nodiscard]] tlm::tlm_response_status write_beat(const tlm::tlm_generic_payload& payload,
                                                    BusBurstExtension& question);

  BusPort& port_;
  unsigned bus_bytes_;
};

}  // namespace systolite
