// SPDX-License-Identifier: Apache-2.0
// A bus master that a test calls from outside the simulation.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <cstring>
#include <systemc>
#include <tlm>
#include <vector>

namespace systolite::test {

struct Answer {
  tlm::tlm_response_status status;
  sc_core::sc_time delay;
  sc_dt::uint64 address;  // of the payload afterwards
};

class TestMaster final : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<TestMaster> bus;

  explicit TestMaster(const sc_core::sc_module_name& name) : sc_module(name), bus("bus") {}

  // `delay`: where the master is, ahead of the simulation time.
  Answer access(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data,
                const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME, std::vector<std::uint8_t> enables = {}) {
    tlm::tlm_generic_payload payload;
    prepare(payload, command, address, data);
    if (!enables.empty()) {
      payload.set_byte_enable_ptr(enables.data());
      payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
    }
    sc_core::sc_time annotated = delay;
    bus->b_transport(payload, annotated);
    return {payload.get_response_status(), annotated, payload.get_address()};
  }
  Answer read(std::uint64_t address, std::vector<std::uint8_t>& data,
              const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME) {
    return access(tlm::TLM_READ_COMMAND, address, data, delay);
  }
  Answer write(std::uint64_t address, std::vector<std::uint8_t> data,
               const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME) {
    return access(tlm::TLM_WRITE_COMMAND, address, data, delay);
  }

  Answer read_word(std::uint64_t address, std::uint32_t& value, const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME) {
    std::vector<std::uint8_t> data(sizeof value);
    const Answer answer = read(address, data, delay);
    std::memcpy(&value, data.data(), sizeof value);
    return answer;
  }
  Answer write_word(std::uint64_t address, std::uint32_t value, const sc_core::sc_time& delay = sc_core::SC_ZERO_TIME) {
    std::vector<std::uint8_t> data(sizeof value);
    std::memcpy(data.data(), &value, sizeof value);
    return write(address, data, delay);
  }

  unsigned debug(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data) {
    tlm::tlm_generic_payload payload;
    prepare(payload, command, address, data);
    return bus->transport_dbg(payload);
  }

 private:
  static void prepare(tlm::tlm_generic_payload& payload, tlm::tlm_command command, std::uint64_t address,
                      std::vector<std::uint8_t>& data) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(static_cast<unsigned>(data.size()));
  }
};

}  // namespace systolite::test
