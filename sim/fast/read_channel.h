// SPDX-License-Identifier: Apache-2.0
// The read address channel that front end and load DMA share, and the bursts outstanding on it.
#pragma once

#include "sim/fast/bus_access.h"
#include "sim/fast/job_context.h"

namespace systolite::fast {

template <typename Bus>
class ReadChannel {
 public:
  ReadChannel(JobContext& job, Bus& bus)
      : job_(job), bus_(bus), max_reads_(static_cast<std::uint32_t>(job.hw.dma.outstanding_reads)) {}

  // First cycle from `request` on in which a burst can be granted.
  [[nodiscard]] Cycles grant(Cycles request) const noexcept { return std::max(request, open_); }

  // Grants a burst.
  void issue(Cycles granted, BusBurst burst, ReadBeats& beats) {
    const Latencies& l = job_.latencies;
    burst.taken = bus_.read_address(granted + l.grant_to_address);
    bus_.read(burst, beats);
    last_beats_[count_++] = beats.times.last;
    open_ = burst.taken + l.taken_to_grant;
    if (count_ >= max_reads_) open_ = std::max(open_, last_beats_[count_ - max_reads_] + l.last_beat_to_grant);
    if (job_.record != nullptr) record(granted, burst, beats.times);
  }

 private:
  void record(Cycles granted, const BusBurst& burst, const BurstTimes& times) {
    JobRecord& to = *job_.record;
    to.reads.push_back({granted, times.last, times.last});
    std::vector<BeatSpan>& own = burst.id == 0 ? to.fetch_beats : to.load_beats;
    for (unsigned i = 0; i < burst.beats; ++i) {
      add_beats(to.read_beats, times[i], times[i] + 1);
      add_beats(own, times[i], times[i] + 1);
    }
  }

  JobContext& job_;
  Bus& bus_;
  std::uint32_t max_reads_;
  std::uint32_t count_ = 0;
  Cycles open_ = 0;
  Ring<16> last_beats_;
};

}  // namespace systolite::fast
