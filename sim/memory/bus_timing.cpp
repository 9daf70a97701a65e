// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/bus_timing.h"

namespace systolite {

BusTiming::BusTiming(const HwConfig& config) : bus_bytes_(static_cast<std::uint32_t>(config.dma.bus_bytes())) {
  for (const RegionId id : config.regions()) {
    const MemoryRegion& region = config.region(id);
    regions_.push_back({.base = region.base,
                        .last = region.base + (region.bytes - 1),
                        .bank_bytes = region.bytes / static_cast<std::uint32_t>(region.banks),
                        .id = id,
                        .lines = region.line ? std::optional<LineBuffer>(*region.line) : std::nullopt,
                        .read_latency = static_cast<Cycles>(region.read_latency_cycles),
                        .write_latency = static_cast<Cycles>(region.write_latency_cycles),
                        .per_beat = static_cast<Cycles>(region.cycles_per_beat)});
  }
  update_even();
  if (!config.cpu_traffic.empty()) {
    configured_ = std::make_unique<PeriodicTraffic>(config.cpu_traffic);
    set_traffic(*configured_);
  }
}

void BusTiming::set_stalls(const std::optional<RandomStalls>& stalls) {
  stalls_ = StallPattern(stalls);
  update_even();
}

void BusTiming::set_traffic(const BankTraffic& traffic) {
  traffic_ = &traffic;
  update_even();
}

void BusTiming::update_even() {
  outside_.even = !stalls_.active();
  for (Region& region : regions_) region.even = !stalls_.active() && traffic_ == nullptr && !region.lines;
}

void BusTiming::start_job() {
  read_clock_ = {};
  write_clock_ = {};
  response_clock_ = {};
  writes_.clear();
  contention_ = {};
  for (Region& region : regions_) {
    if (region.lines) region.lines->reset();
  }
}

std::optional<MemoryBank> BusTiming::bank_of(const Region& region, std::uint32_t address) const noexcept {
  if (traffic_ == nullptr || !region.id) return std::nullopt;
  return MemoryBank{*region.id, static_cast<int>((address - region.base) / region.bank_bytes)};
}

// The first cycle at or after `from` in which a beat of the channel can move.
Cycles BusTiming::open_cycle(BusChannel channel, const std::optional<MemoryBank>& bank, Cycles from,
                             std::vector<CycleSpan>* contended) const {
  if (!bank) return stalls_.first_open(channel, from);
  for (;;) {
    const Cycles free = traffic_->first_free(*bank, from);
    while (contended != nullptr && from < free) {
      // A cycle that is stalled as well is not the CPU's fault.
      const Cycles to = stalls_.active() ? from + 1 : free;
      if (stalls_.first_open(channel, from) == from) append(*contended, {from, to});
      from = to;
    }
    from = stalls_.first_open(channel, free);
    if (from == free) return from;
  }
}

void BusTiming::read_unevenly(const BusBurst& burst, Region& region, BurstTimes& times) {
  const std::optional<MemoryBank> bank = bank_of(region, burst.address);
  std::vector<CycleSpan>* contended = burst.id == 0 ? &contention_.fetch : &contention_.load;
  Cycles ready = burst.taken + region.read_latency;
  for (unsigned beat = 0; beat < burst.beats; ++beat) {
    if (region.lines) {
      const Cycles demand = read_clock_.earliest(burst.taken, 0);
      ready = std::max(ready, region.lines->ready(burst.address + beat * bus_bytes_, demand));
    }
    ready = open_cycle(BusChannel::kReadData, bank, read_clock_.earliest(ready, region.per_beat), contended);
    read_clock_.moved(ready);
    times.uneven[beat] = ready;
  }
  times.first = times.uneven[0];
  times.last = ready;
  times.step = 0;
}

void BusTiming::write(const BusBurst& burst) {
  const Region& region = region_of(burst.address);
  writes_.push_back({&region, bank_of(region, burst.address), burst.beats, burst.taken});
}

Cycles BusTiming::write_slot(Cycles offered) const {
  return writes_.empty() ? kNever : open_write_cycle(offered, nullptr);
}

Cycles BusTiming::open_write_cycle(Cycles offered, std::vector<CycleSpan>* contended) const {
  const Write& burst = writes_.front();
  const Cycles earliest = write_clock_.earliest(std::max(offered, burst.taken + 1), burst.region->per_beat);
  return open_cycle(BusChannel::kWriteData, burst.bank, earliest, contended);
}

WriteTimes BusTiming::write_beat(Cycles offered) {
  const Cycles moved = open_write_cycle(offered, &contention_.store);
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
