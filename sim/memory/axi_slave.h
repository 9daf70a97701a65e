// SPDX-License-Identifier: Apache-2.0
// The pins of a bus port: an AXI4 slave, one clock cycle at a time, that does what the port says and checks that the
// master keeps to the protocol. Every valid is up for one cycle, since the master must always be ready for read data
// and responses.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "sim/device/trace.h"
#include "sim/memory/bus_port.h"

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

// Traffic of one cycle, for counting.
struct AxiBeats {
  bool read = false;
  std::uint8_t read_id = 0;
  bool write = false;
};

class AxiSlave {
 public:
  // `port` outlives it. `bus_bytes`: width of the bus.
  AxiSlave(BusPort& port, unsigned bus_bytes);

  // The next cycle is cycle 0 of a job for the port, too. Only when idle().
  void start_job();

  // What the slave drives in the current cycle. It depends on past cycles only.
  [[nodiscard]] const AxiReply& reply() const noexcept { return reply_; }
  // Ends the current cycle in which the master drove `request`. Throws Error(kDevice) when the master breaks the
  // protocol; the message counts cycles from the first one there was.
  AxiBeats clock(const AxiRequest& request);
  // Nothing is outstanding.
  [[nodiscard]] bool idle() const noexcept { return reads_.empty() && writes_.empty() && responses_.empty(); }

 private:
  struct Read {
    std::uint8_t id;
    bool last;
    BusReadBeat beat;
  };
  struct Write {
    std::uint8_t id;
    unsigned beats_left;
  };
  struct Response {
    std::uint8_t id;
    BusResponse response;
  };

  [[noreturn]] void violation(const std::string& what) const;
  [[nodiscard]] BusBurst accept(std::uint8_t id, std::uint32_t address, std::uint8_t len, const char* channel) const;
  void check(const AxiRequest& request) const;
  void take_read_address(const AxiRequest& request);
  void take_write_address(const AxiRequest& request);
  void take_write_data(const AxiRequest& request);
  void prepare_reply();

  BusPort& port_;
  unsigned bus_bytes_;
  Cycles now_ = 0;          // of the job
  Cycles job_start_ = 0;    // the cycle, since the beginning, that is cycle 0 of the job
  Cycles data_since_ = 0;   // the write data on the bus is there from this cycle
  std::deque<Read> reads_;  // beats
  std::deque<Write> writes_;
  std::deque<Response> responses_;
  AxiReply reply_;
  AxiRequest previous_;  // request of the cycle before, for the stability rules
  AxiReply previous_reply_;
};

}  // namespace systolite
