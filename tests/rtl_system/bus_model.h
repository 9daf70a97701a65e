// SPDX-License-Identifier: Apache-2.0
// AXI4 memory for the tests: fixed or random timing, injected errors, and a check of every rule the master has to keep.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "params.h"

namespace systolite::test {

using Cycle = std::uint64_t;
using Beat = std::array<std::uint8_t, 16>;

inline constexpr std::uint32_t kMemoryBase = 0x20000000;
inline constexpr std::uint32_t kMemoryBytes = 1U << 20;

struct BusRequest {
  bool ar_valid, r_ready, aw_valid, w_valid, w_last, b_ready;
  std::uint8_t ar_id, ar_len, ar_size, ar_burst, aw_id, aw_len, aw_size, aw_burst;
  std::uint32_t ar_addr, aw_addr;
  Beat w_data;
  std::uint16_t w_strb;
};

struct BusReply {
  bool ar_ready = false;
  bool r_valid = false;
  std::uint8_t r_id = 0;
  std::uint8_t r_resp = 0;
  bool r_last = false;
  Beat r_data{};
  bool aw_ready = false;
  bool w_ready = false;
  bool b_valid = false;
  std::uint8_t b_resp = 0;
};

// What moved in one cycle.
struct BusEvents {
  bool ar = false, r = false, aw = false, w = false, b = false;
  std::uint8_t ar_id = 0, r_id = 0;
  bool r_last = false;
};

struct BusTiming {
  Cycle read_latency = 2;   // address to first beat
  Cycle write_latency = 2;  // last beat to response
  // Above 0: every ready and valid is withheld with this probability, latencies vary, and beats of different ids mix.
  double stall = 0;
  std::uint64_t seed = 1;
};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
  [[nodiscard]] bool contains(std::uint32_t address) const { return first <= address && address <= last; }
};

class BusModel {
 public:
  BusModel();

  std::vector<std::uint8_t> bytes;  // from kMemoryBase
  std::vector<Range> readable;      // what the device may touch
  std::vector<Range> writable;
  std::set<std::uint32_t> bad_words;  // bus words that answer with an error

  void set_timing(const BusTiming& timing);
  [[nodiscard]] const BusReply& reply() const { return reply_; }
  BusEvents clock(const BusRequest& request);
  [[nodiscard]] bool idle() const {
    return reads_[0].empty() && reads_[1].empty() && writes_.empty() && responses_.empty();
  }
  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] int most_reads() const { return most_reads_; }

 private:
  struct Burst {
    std::uint32_t address;
    unsigned beats_left;
    Cycle ready;
    std::uint64_t order;
    bool error = false;
  };
  struct Response {
    Cycle ready;
    bool error;
  };
  bool stalled();
  Cycle latency(Cycle nominal);
  void fail(const std::string& what);
  void check_address(const char* channel, std::uint32_t address, unsigned beats, unsigned size, unsigned burst);
  void check_stable(const BusRequest& request);
  void prepare();

  BusTiming timing_;
  std::mt19937_64 random_{1};
  Cycle now_ = 0;
  std::array<std::deque<Burst>, 2> reads_;  // by id
  std::deque<Burst> writes_;
  std::deque<Response> responses_;
  std::uint64_t order_ = 0;
  int most_reads_ = 0;
  BusReply reply_;
  BusRequest before_{};
  BusReply reply_before_;
  std::string violation_;
};

}  // namespace systolite::test
