// SPDX-License-Identifier: Apache-2.0
// The memories behind the accelerator's bus port: contents (BusMemory), timing (BusTiming), injected errors.
//
// A read burst returns what the memory holds when its address is taken, a beat written is in the memory from the cycle
// in which it moves. The bytes of a beat that lie outside every region read as zero.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/bus_port.h"
#include "sim/memory/bus_timing.h"

namespace systolite {

class MemorySystem final : public BusPort {
 public:
  // `memory` outlives it.
  MemorySystem(BusMemory& memory, const HwConfig& config);

  void set_stalls(const std::optional<RandomStalls>& stalls) { timing_.set_stalls(stalls); }
  void set_traffic(const BankTraffic& traffic) { timing_.set_traffic(traffic); }
  // Of the job so far.
  [[nodiscard]] const Contention& contention() const noexcept { return timing_.contention(); }
  // Every beat that touches the bus word of `address` is answered with an error; a write with the error leaves the word
  // as it was.
  void inject_error(std::uint32_t address, AxiResponse response);
  void clear_errors() { faults_.clear(); }

  void start_job() override;
  [[nodiscard]] Cycles read_address(Cycles offered) const override { return timing_.read_address(offered); }
  void read(const BusBurst& burst, BusReadBeats& beats) override;
  [[nodiscard]] Cycles write_address(Cycles offered) const override { return timing_.write_address(offered); }
  void write(const BusBurst& burst) override;
  [[nodiscard]] Cycles write_slot(Cycles offered) const override { return timing_.write_slot(offered); }
  bool write_beat(Cycles offered, const BusBeat& data, std::uint16_t strobe, BusResponse& response) override;

 private:
  struct Write {
    std::uint32_t address;                      // of the next beat
    AxiResponse response = AxiResponse::kOkay;  // worst so far
  };

  [[nodiscard]] AxiResponse beat_response(std::uint32_t address, bool write) const;

  BusMemory& memory_;
  BusTiming timing_;
  unsigned bus_bytes_;
  std::deque<Write> writes_;
  std::map<std::uint32_t, AxiResponse> faults_;  // by bus word address
};

}  // namespace systolite
