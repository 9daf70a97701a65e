// SPDX-License-Identifier: Apache-2.0
// The read address channel that front end and load DMA share, and the bursts outstanding on it.
#pragma once

#include "sim/fast/job_context.h"
#include "sim/memory/bus_port.h"

namespace systolite::fast {

template <typename Bus>
class ReadChannel {
 public:
  ReadChannel(JobContext& job, Bus& bus)
      : bus_(bus), latencies_(job.latencies), max_reads_(static_cast<std::uint32_t>(job.hw.dma.outstanding_reads)) {}

  // First cycle from `request` on in which a burst can be granted.
  [[nodiscard]] Cycles grant(Cycles request) const noexcept { return std::max(request, open_); }

  // Grants a burst; `moved`: the cycles of its beats.
  void issue(Cycles granted, BusBurst burst, Cycles* moved) {
    burst.taken = bus_.read_address(granted + latencies_.grant_to_address);
    bus_.read(burst, moved);
    last_beats_[count_++] = moved[burst.beats - 1];
    open_ = burst.taken + latencies_.taken_to_grant;
    if (count_ >= max_reads_) open_ = std::max(open_, last_beats_[count_ - max_reads_] + latencies_.last_beat_to_grant);
  }

 private:
  Bus& bus_;
  const Latencies& latencies_;
  std::uint32_t max_reads_;
  std::uint32_t count_ = 0;
  Cycles open_ = 0;
  Ring<16> last_beats_;
};

}  // namespace systolite::fast
