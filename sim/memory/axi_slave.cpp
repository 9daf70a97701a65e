// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/axi_slave.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"

namespace systolite {
namespace {

constexpr std::uint32_t kBoundary = 4096;  // no AXI burst crosses it

[[noreturn]] void violation(Cycles now, const std::string& what) {
  throw Error(ExitCode::kDevice, fmt::format("Bus protocol violation in cycle {}: {}.", now, what));
}

}  // namespace

AxiSlave::AxiSlave(BusMemory& memory, const HwConfig& config)
    : memory_(memory), bus_bytes_(static_cast<unsigned>(config.dma.bus_bytes())) {
  prepare_reply();
}

void AxiSlave::set_stalls(std::optional<RandomStalls> stalls) {
  stalls_ = stalls;
  if (stalls_) random_.seed(stalls_->seed);
}

void AxiSlave::inject_error(std::uint32_t address, AxiResponse response) {
  faults_[address / bus_bytes_ * bus_bytes_] = response;
}

bool AxiSlave::stall() { return stalls_ && std::uniform_real_distribution<>(0.0, 1.0)(random_) < stalls_->probability; }

AxiSlave::Burst AxiSlave::accept(std::uint8_t id, std::uint32_t address, std::uint8_t len, const char* channel) const {
  const unsigned beats = len + 1U;
  if (address % bus_bytes_ != 0)
    violation(now_, fmt::format("{} address 0x{:08X} is not aligned to the bus", channel, address));
  if (address % kBoundary + beats * bus_bytes_ > kBoundary) {
    violation(now_, fmt::format("{} burst of {} beats at 0x{:08X} crosses a 4 KiB boundary", channel, beats, address));
  }
  return {
      .id = id, .address = address, .beats_left = beats, .taken = now_, .timing = timing_of(memory_.region(address))};
}

// valid must stay, with the same payload, until ready.
void AxiSlave::check_stable(const AxiRequest& request) const {
  const AxiRequest& before = previous_;
  if (before.ar_valid && !previous_reply_.ar_ready &&
      (!request.ar_valid || request.ar_addr != before.ar_addr || request.ar_len != before.ar_len ||
       request.ar_id != before.ar_id)) {
    violation(now_, "the read address changed before it was taken");
  }
  if (before.aw_valid && !previous_reply_.aw_ready &&
      (!request.aw_valid || request.aw_addr != before.aw_addr || request.aw_len != before.aw_len ||
       request.aw_id != before.aw_id)) {
    violation(now_, "the write address changed before it was taken");
  }
  if (before.w_valid && !previous_reply_.w_ready &&
      (!request.w_valid || request.w_data != before.w_data || request.w_strb != before.w_strb ||
       request.w_last != before.w_last)) {
    violation(now_, "the write data changed before it was taken");
  }
}

AxiResponse AxiSlave::beat_response(std::uint32_t address, bool write) const {
  if (!faults_.empty()) {
    if (const auto fault = faults_.find(address); fault != faults_.end()) return fault->second;
  }
  if (memory_.region(address) == nullptr) return AxiResponse::kDecodeError;
  if (write && memory_.is_flash(address)) return AxiResponse::kSlaveError;
  return AxiResponse::kOkay;
}

void AxiSlave::read_beat(std::uint32_t address, BusBeat& data) {
  data.fill(0);
  const std::span<std::uint8_t> bytes = memory_.storage(address);
  std::copy_n(bytes.begin(), std::min<std::size_t>(bytes.size(), bus_bytes_), data.begin());
}

void AxiSlave::write_beat(Burst& burst, const AxiRequest& request) {
  const AxiResponse response = beat_response(burst.address, true);
  if (response != AxiResponse::kOkay) {
    burst.response = std::max(burst.response, response);
    return;
  }
  const std::span<std::uint8_t> bytes = memory_.storage(burst.address);
  for (std::size_t lane = 0; lane < std::min<std::size_t>(bytes.size(), bus_bytes_); ++lane) {
    if ((request.w_strb >> lane & 1U) != 0) bytes[lane] = request.w_data[lane];
  }
}

AxiBeats AxiSlave::clock(const AxiRequest& request) {
  if (previous_.ar_valid || previous_.aw_valid || previous_.w_valid) check_stable(request);
  AxiBeats beats;
  if (reply_.r_valid && request.r_ready) {
    Burst& burst = reads_.front();
    beats.read = true;
    beats.read_id = burst.id;
    read_clock_.moved(now_);
    burst.first = false;
    burst.address += bus_bytes_;
    if (--burst.beats_left == 0) reads_.pop_front();
    reply_.r_valid = false;
  }
  if (reply_.w_ready && request.w_valid) {
    Burst& burst = writes_.front();
    beats.write = true;
    write_clock_.moved(now_);
    write_beat(burst, request);
    burst.address += bus_bytes_;
    if (request.w_last != (--burst.beats_left == 0))
      violation(now_, "the last beat of a write burst is not where its length says");
    if (burst.beats_left == 0) {
      responses_.push_back({burst.id, burst.response, now_ + burst.timing.write_latency});
      writes_.pop_front();
    }
  }
  if (reply_.b_valid && request.b_ready) {
    response_clock_.moved(now_);
    responses_.pop_front();
    reply_.b_valid = false;
  }
  if (reply_.ar_ready && request.ar_valid)
    reads_.push_back(accept(request.ar_id, request.ar_addr, request.ar_len, "read"));
  if (reply_.aw_ready && request.aw_valid)
    writes_.push_back(accept(request.aw_id, request.aw_addr, request.aw_len, "write"));
  previous_ = request;
  previous_reply_ = reply_;
  ++now_;
  prepare_reply();
  return beats;
}

// Outputs of cycle now_. A valid still pending from the cycle before is left as it is.
void AxiSlave::prepare_reply() {
  reply_.ar_ready = !stall();
  reply_.aw_ready = !stall();
  if (!reply_.r_valid && !reads_.empty()) {
    const Burst& burst = reads_.front();
    const Cycles ready = burst.first ? burst.taken + burst.timing.read_latency : now_;
    if (read_clock_.earliest(ready, burst.timing.per_beat) <= now_ && !stall()) {
      reply_.r_valid = true;
      reply_.r_id = burst.id;
      reply_.r_last = burst.beats_left == 1;
      reply_.r_resp = beat_response(burst.address, false);
      read_beat(burst.address, reply_.r_data);
    }
  }
  reply_.w_ready = !writes_.empty() && write_clock_.earliest(now_, writes_.front().timing.per_beat) <= now_ && !stall();
  if (!reply_.b_valid && !responses_.empty()) {
    const Response& response = responses_.front();
    if (response_clock_.earliest(response.ready, 1) <= now_ && !stall()) {
      reply_.b_valid = true;
      reply_.b_id = response.id;
      reply_.b_resp = response.response;
    }
  }
}

}  // namespace systolite
