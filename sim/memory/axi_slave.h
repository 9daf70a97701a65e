// SPDX-License-Identifier: Apache-2.0
// The memories as an AXI4 slave, one clock cycle at a time. Timing: sim/memory/bus_timing.h.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/bus_port.h"
#include "sim/memory/bus_timing.h"

namespace systolite {

// What the master drives in a cycle.
struct AxiRequest {
  bool ar_valid = false;
  std::uint8_t ar_id = 0;
  std::uint32_t ar_addr = 0;
  std::uint8_t ar_len = 0;  // beats - 1
  bool r_ready = false;
  bool aw_valid = false;
  std::uint8_t aw_id = 0;
  std::uint32_t aw_addr = 0;
  std::uint8_t aw_len = 0;  // beats - 1
  bool w_valid = false;
  BusBeat w_data{};
  std::uint16_t w_strb = 0;
  bool w_last = false;
  bool b_ready = false;
};

// What the slave drives in a cycle.
struct AxiReply {
  bool ar_ready = false;
  bool r_valid = false;
  std::uint8_t r_id = 0;
  BusBeat r_data{};
  AxiResponse r_resp = AxiResponse::kOkay;
  bool r_last = false;
  bool aw_ready = false;
  bool w_ready = false;
  bool b_valid = false;
  std::uint8_t b_id = 0;
  AxiResponse b_resp = AxiResponse::kOkay;
};

// Seeded back-pressure: in each cycle every ready and every new valid of the slave is withheld with this probability. A
// valid that has been shown stays until it is taken.
struct RandomStalls {
  std::uint64_t seed;
  double probability;  // 0 to below 1
};

// Traffic of one cycle, for counting.
struct AxiBeats {
  bool read = false;
  std::uint8_t read_id = 0;
  bool write = false;
};

class AxiSlave {
 public:
  AxiSlave(BusMemory& memory, const HwConfig& config);

  void set_stalls(std::optional<RandomStalls> stalls);
  // Every beat that touches the bus word of `address` is answered with an error; a write with the error leaves the word
  // as it was.
  void inject_error(std::uint32_t address, AxiResponse response);
  void clear_errors() { faults_.clear(); }

  // What the slave drives in the current cycle. It depends on past cycles only.
  [[nodiscard]] const AxiReply& reply() const noexcept { return reply_; }
  // Ends the current cycle in which the master drove `request`. Throws Error(kDevice) when the master breaks the
  // protocol.
  AxiBeats clock(const AxiRequest& request);
  // Nothing is outstanding.
  [[nodiscard]] bool idle() const noexcept { return reads_.empty() && writes_.empty() && responses_.empty(); }

 private:
  struct Burst {
    std::uint8_t id;
    std::uint32_t address;  // of the next beat
    unsigned beats_left;
    Cycles taken;  // cycle of the address handshake
    RegionTiming timing;
    bool first = true;
    AxiResponse response = AxiResponse::kOkay;  // writes: worst so far
  };
  struct Response {
    std::uint8_t id;
    AxiResponse response;
    Cycles ready;
  };

  [[nodiscard]] Burst accept(std::uint8_t id, std::uint32_t address, std::uint8_t len, const char* channel) const;
  void check_stable(const AxiRequest& request) const;
  [[nodiscard]] AxiResponse beat_response(std::uint32_t address, bool write) const;
  void read_beat(std::uint32_t address, BusBeat& data);
  void write_beat(Burst& burst, const AxiRequest& request);
  void prepare_reply();
  bool stall();

  BusMemory& memory_;
  unsigned bus_bytes_;
  Cycles now_ = 0;
  std::deque<Burst> reads_;
  std::deque<Burst> writes_;
  std::deque<Response> responses_;
  BeatClock read_clock_;
  BeatClock write_clock_;
  BeatClock response_clock_;
  AxiReply reply_;
  AxiRequest previous_;  // request of the cycle before, for the stability rules
  AxiReply previous_reply_;
  std::map<std::uint32_t, AxiResponse> faults_;  // by bus word address
  std::optional<RandomStalls> stalls_;
  std::mt19937_64 random_;
};

}  // namespace systolite
