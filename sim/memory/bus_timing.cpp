// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bus_timing.h"

namespace systolite {

BusTiming::BusTiming(const HwConfig& config) {
  for (const MemoryRegion* region : {&config.flash, &config.sram}) {
    regions_.push_back({.base = region->base,
                        .last = region->base + (region->bytes - 1),
                        .read_latency = static_cast<Cycles>(region->read_latency_cycles),
                        .write_latency = static_cast<Cycles>(region->write_latency_cycles),
                        .per_beat = static_cast<Cycles>(region->cycles_per_beat)});
  }
}

void BusTiming::set_stalls(const std::optional<RandomStalls>& stalls) {
  stalls_ = StallPattern(stalls);
  even_ = !stalls_.active();
}

void BusTiming::start_job() {
  read_clock_ = {};
  write_clock_ = {};
  response_clock_ = {};
  writes_.clear();
}

void BusTiming::read_unevenly(const BusBurst& burst, const Region& region, BurstTimes& times) {
  Cycles ready = burst.taken + region.read_latency;
  for (unsigned beat = 0; beat < burst.beats; ++beat) {
    ready = stalls_.first_open(BusChannel::kReadData, read_clock_.earliest(ready, region.per_beat));
    read_clock_.moved(ready);
    times.uneven[beat] = ready;
  }
  times.first = times.uneven[0];
  times.last = ready;
  times.step = 0;
}

void BusTiming::write(const BusBurst& burst) {
  writes_.push_back({&region_of(burst.address), burst.beats, burst.taken});
}

Cycles BusTiming::write_slot(Cycles offered) const noexcept {
  if (writes_.empty()) return kNever;
  const Write& burst = writes_.front();
  return stalls_.first_open(BusChannel::kWriteData,
                            write_clock_.earliest(std::max(offered, burst.taken + 1), burst.region->per_beat));
}

WriteTimes BusTiming::write_beat(Cycles offered) {
  const Cycles moved = write_slot(offered);
  write_clock_.moved(moved);
  Write& burst = writes_.front();
  if (--burst.beats_left != 0) return {moved, kNever};
  const Cycles response =
      stalls_.first_open(BusChannel::kWriteResponse, response_clock_.earliest(moved + burst.region->write_latency, 1));
  response_clock_.moved(response);
  writes_.pop_front();
  return {moved, response};
}

}  // namespace systolite
