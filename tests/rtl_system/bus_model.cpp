// SPDX-License-Identifier: Apache-2.0
#include "bus_model.h"

#include <algorithm>
#include <bit>

namespace systolite::test {
namespace {

bool inside(const std::vector<Range>& ranges, std::uint32_t address) {
  return std::ranges::any_of(ranges, [&](const Range& range) { return range.contains(address); });
}

}  // namespace

BusModel::BusModel() : bytes(kMemoryBytes) { prepare(); }

void BusModel::set_timing(const BusTiming& timing) {
  timing_ = timing;
  random_.seed(timing.seed);
}

bool BusModel::stalled() {
  return timing_.stall > 0 && std::uniform_real_distribution<>(0, 1)(random_) < timing_.stall;
}

Cycle BusModel::latency(Cycle nominal) {
  return timing_.stall > 0 ? 1 + std::uniform_int_distribution<Cycle>(0, 2 * nominal)(random_) : nominal;
}

void BusModel::fail(const std::string& what) {
  if (violation_.empty()) violation_ = "cycle " + std::to_string(now_) + ": " + what;
}

void BusModel::check_address(const char* channel, std::uint32_t address, unsigned beats, unsigned size,
                             unsigned burst) {
  const std::string name = channel;
  if (size != static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(kBusBytes))) || burst != 1)
    fail(name + ": not a full-width INCR burst");
  if (address % kBusBytes != 0) fail(name + ": unaligned");
  if (beats > kMaxBurst) fail(name + ": burst too long");
  if (address % 4096 + beats * kBusBytes > 4096) fail(name + ": burst crosses 4 KiB");
  if (address < kMemoryBase || address + beats * kBusBytes > kMemoryBase + kMemoryBytes)
    fail(name + ": outside memory");
}

void BusModel::check_stable(const BusRequest& request) {
  if (before_.ar_valid && !reply_before_.ar_ready &&
      (!request.ar_valid || request.ar_addr != before_.ar_addr || request.ar_len != before_.ar_len ||
       request.ar_id != before_.ar_id)) {
    fail("AR not stable");
  }
  if (before_.aw_valid && !reply_before_.aw_ready &&
      (!request.aw_valid || request.aw_addr != before_.aw_addr || request.aw_len != before_.aw_len)) {
    fail("AW not stable");
  }
  if (before_.w_valid && !reply_before_.w_ready &&
      (!request.w_valid || request.w_data != before_.w_data || request.w_strb != before_.w_strb ||
       request.w_last != before_.w_last)) {
    fail("W not stable");
  }
}

BusEvents BusModel::clock(const BusRequest& request) {
  check_stable(request);
  if (!request.r_ready || !request.b_ready) fail("R and B must always be accepted");
  BusEvents events;
  if (reply_.r_valid) {
    Burst& burst = reads_[reply_.r_id].front();
    events.r = true;
    events.r_id = reply_.r_id;
    events.r_last = reply_.r_last;
    burst.address += kBusBytes;
    if (--burst.beats_left == 0) reads_[reply_.r_id].pop_front();
    reply_.r_valid = false;
  }
  if (request.w_valid && reply_.w_ready) {
    Burst& burst = writes_.front();
    events.w = true;
    const bool bad = bad_words.contains(burst.address);
    burst.error = burst.error || bad;
    for (std::uint32_t lane = 0; lane < kBusBytes; ++lane) {
      if ((request.w_strb >> lane & 1U) == 0) continue;
      if (!inside(writable, burst.address + lane)) fail("write outside the window");
      if (!bad) bytes[burst.address + lane - kMemoryBase] = request.w_data[lane];
    }
    burst.address += kBusBytes;
    if (request.w_last != (--burst.beats_left == 0)) fail("WLAST in the wrong place");
    if (burst.beats_left == 0) {
      responses_.push_back({now_ + latency(timing_.write_latency), burst.error});
      writes_.pop_front();
    }
  }
  if (reply_.b_valid) {
    events.b = true;
    responses_.pop_front();
    reply_.b_valid = false;
  }
  if (request.ar_valid && reply_.ar_ready) {
    const unsigned beats = request.ar_len + 1U;
    check_address("AR", request.ar_addr, beats, request.ar_size, request.ar_burst);
    // The first and the last beat may reach out of the window by less than a bus word.
    if (!inside(readable, request.ar_addr) && !inside(readable, request.ar_addr + kBusBytes - 1))
      fail("read outside the windows");
    const std::uint32_t last_word = request.ar_addr + (beats - 1) * kBusBytes;
    if (!inside(readable, last_word) && !inside(readable, last_word + kBusBytes - 1)) fail("read outside the windows");
    events.ar = true;
    events.ar_id = request.ar_id;
    reads_[request.ar_id & 1U].push_back({request.ar_addr, beats, now_ + latency(timing_.read_latency), order_++});
    most_reads_ = std::max(most_reads_, static_cast<int>(reads_[0].size() + reads_[1].size()));
    if (reads_[0].size() + reads_[1].size() > kMaxReads) fail("too many outstanding reads");
  }
  if (request.aw_valid && reply_.aw_ready) {
    check_address("AW", request.aw_addr, request.aw_len + 1U, request.aw_size, request.aw_burst);
    events.aw = true;
    writes_.push_back({request.aw_addr, request.aw_len + 1U, 0, 0});
  }
  before_ = request;
  reply_before_ = reply_;
  ++now_;
  prepare();
  return events;
}

void BusModel::prepare() {
  reply_.ar_ready = !stalled();
  reply_.aw_ready = !stalled();
  reply_.w_ready = !writes_.empty() && !stalled();
  reply_.b_valid = !responses_.empty() && responses_.front().ready <= now_ && !stalled();
  if (reply_.b_valid) reply_.b_resp = responses_.front().error ? 2 : 0;
  // Without stalls bursts are answered in the order of their addresses, otherwise ids take turns at random.
  int id = -1;
  for (const int candidate : {0, 1}) {
    const auto& queue = reads_[static_cast<std::size_t>(candidate)];
    if (queue.empty()) continue;
    if (id < 0) {
      id = candidate;
    } else if (timing_.stall > 0 ? (random_() & 1U) != 0 : queue.front().order < reads_[0].front().order) {
      id = candidate;
    }
  }
  reply_.r_valid = false;
  if (id < 0) return;
  const Burst& burst = reads_[static_cast<std::size_t>(id)].front();
  if (burst.ready > now_ || stalled()) return;
  reply_.r_valid = true;
  reply_.r_id = static_cast<std::uint8_t>(id);
  reply_.r_last = burst.beats_left == 1;
  reply_.r_resp = bad_words.contains(burst.address) ? 2 : 0;
  std::copy_n(bytes.begin() + (burst.address - kMemoryBase), kBusBytes, reply_.r_data.begin());
}

}  // namespace systolite::test
