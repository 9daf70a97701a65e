// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/axi_slave.h"

#include <fmt/format.h>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::uint32_t kBoundary = 4096;  // no AXI burst crosses it

}  // namespace

AxiSlave::AxiSlave(BusPort& port, unsigned bus_bytes) : port_(port), bus_bytes_(bus_bytes) { prepare_reply(); }

void AxiSlave::start_job() {
  if (!idle()) throw Error(ExitCode::kInternal, "A job starts while the bus is busy.");
  port_.start_job();
  job_start_ += now_;
  now_ = 0;
  data_since_ = 0;
  prepare_reply();
}

void AxiSlave::violation(const std::string& what) const {
  throw Error(ExitCode::kDevice, fmt::format("Bus protocol violation in cycle {}: {}.", job_start_ + now_, what));
}

BusBurst AxiSlave::accept(std::uint8_t id, std::uint32_t address, std::uint8_t len, const char* channel) const {
  const unsigned beats = len + 1U;
  if (beats > kMaxBurstBeats)
    violation(fmt::format("{} burst of {} beats, at most {} are allowed", channel, beats, kMaxBurstBeats));
  if (address % bus_bytes_ != 0) {
    violation(fmt::format("{} address 0x{:08X} is not aligned to the bus", channel, address));
  }
  if (address % kBoundary + beats * bus_bytes_ > kBoundary) {
    violation(fmt::format("{} burst of {} beats at 0x{:08X} crosses a 4 KiB boundary", channel, beats, address));
  }
  return {.id = id, .address = address, .beats = beats, .taken = now_};
}

// valid must stay, with the same payload, until ready. Read data and responses are accepted in any cycle.
void AxiSlave::check(const AxiRequest& request) const {
  if (!request.r_ready) violation("the master is not ready for read data");
  if (!request.b_ready) violation("the master is not ready for a write response");
  const AxiRequest& before = previous_;
  if (before.ar_valid && !previous_reply_.ar_ready &&
      (!request.ar_valid || request.ar_addr != before.ar_addr || request.ar_len != before.ar_len ||
       request.ar_id != before.ar_id)) {
    violation("the read address changed before it was taken");
  }
  if (before.aw_valid && !previous_reply_.aw_ready &&
      (!request.aw_valid || request.aw_addr != before.aw_addr || request.aw_len != before.aw_len ||
       request.aw_id != before.aw_id)) {
    violation("the write address changed before it was taken");
  }
  if (before.w_valid && !previous_reply_.w_ready &&
      (!request.w_valid || request.w_data != before.w_data || request.w_strb != before.w_strb ||
       request.w_last != before.w_last)) {
    violation("the write data changed before it was taken");
  }
}

void AxiSlave::take_read_address(const AxiRequest& request) {
  const BusBurst burst = accept(request.ar_id, request.ar_addr, request.ar_len, "read");
  BusReadBeats beats;
  port_.read(burst, beats);
  for (unsigned i = 0; i < burst.beats; ++i) reads_.push_back({burst.id, i + 1 == burst.beats, beats[i]});
}

void AxiSlave::take_write_address(const AxiRequest& request) {
  const BusBurst burst = accept(request.aw_id, request.aw_addr, request.aw_len, "write");
  port_.write(burst);
  writes_.push_back({burst.id, burst.beats});
}

void AxiSlave::take_write_data(const AxiRequest& request) {
  Write& burst = writes_.front();
  if (request.w_last != (--burst.beats_left == 0))
    violation("the last beat of a write burst is not where its length says");
  BusResponse response;
  if (port_.write_beat(data_since_, request.w_data, request.w_strb, response)) {
    responses_.push_back({burst.id, response});
    writes_.pop_front();
  }
}

AxiBeats AxiSlave::clock(const AxiRequest& request) {
  check(request);
  AxiBeats beats;
  if (reply_.r_valid) {
    beats.read = true;
    beats.read_id = reply_.r_id;
    reads_.pop_front();
  }
  if (request.w_valid) {
    if (!previous_.w_valid || previous_reply_.w_ready) data_since_ = now_;
    if (reply_.w_ready) {
      beats.write = true;
      take_write_data(request);
    }
  }
  if (reply_.b_valid) responses_.pop_front();
  if (reply_.ar_ready && request.ar_valid) take_read_address(request);
  if (reply_.aw_ready && request.aw_valid) take_write_address(request);
  previous_ = request;
  previous_reply_ = reply_;
  ++now_;
  prepare_reply();
  return beats;
}

// Outputs of cycle now_.
void AxiSlave::prepare_reply() {
  reply_ = {};
  reply_.ar_ready = port_.read_address(now_) == now_;
  reply_.aw_ready = port_.write_address(now_) == now_;
  if (!reads_.empty() && reads_.front().beat.moved == now_) {
    const Read& read = reads_.front();
    reply_.r_valid = true;
    reply_.r_id = read.id;
    reply_.r_last = read.last;
    reply_.r_resp = read.beat.response;
    reply_.r_data = read.beat.data;
  }
  reply_.w_ready = !writes_.empty() && port_.write_slot(now_) == now_;
  if (!responses_.empty() && responses_.front().response.moved == now_) {
    const Response& response = responses_.front();
    reply_.b_valid = true;
    reply_.b_id = response.id;
    reply_.b_resp = response.response.response;
  }
}

}  // namespace systolite
