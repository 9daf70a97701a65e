// SPDX-License-Identifier: Apache-2.0
// A BusPort whose memories are behind a TLM-2.0 socket.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <tlm>

#include "sim/memory/bus_port.h"
#include "sim/soc/bus_burst_extension.h"

namespace systolite {

// Every call is one b_transport() in zero time. Throws Error(kInternal) when the target behind the socket has no burst
// timing: cycles would be invented.
class TlmBusPort final : public BusPort {
 public:
  // `socket` outlives it and need not be bound yet.
  TlmBusPort(tlm::tlm_initiator_socket<>& socket, unsigned bus_bytes);

  void start_job() override;
  [[nodiscard]] Cycles read_address(Cycles offered) const override;
  void read(const BusBurst& burst, BusReadBeats& beats) override;
  [[nodiscard]] Cycles write_address(Cycles offered) const override;
  void write(const BusBurst& burst) override;
  [[nodiscard]] Cycles write_slot(Cycles offered) const override;
  bool write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) override;

 private:
  using Call = BusBurstExtension::Call;
  struct Write {
    std::uint32_t address;  // of the next beat
    unsigned beats_left;
  };

  // Sends the question in question_; `bytes` at `data` belong to it.
  void ask(tlm::tlm_command command, std::uint32_t address, unsigned char* data, unsigned bytes,
           unsigned char* byte_enables) const;
  Cycles ask_cycle(Call call, Cycles offered) const;

  tlm::tlm_initiator_socket<>& socket_;
  unsigned bus_bytes_;
  // Reused by every call, so that none allocates.
  mutable tlm::tlm_generic_payload payload_;
  BusBurstExtension* question_;  // the payload's
  std::array<unsigned char, kMaxBurstBeats * kMaxBusBytes> data_{};
  std::array<unsigned char, kMaxBusBytes> byte_enables_{};
  std::deque<Write> writes_;
};

}  // namespace systolite
