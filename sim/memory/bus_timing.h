// SPDX-License-Identifier: Apache-2.0
// The timing of the bus, in one place for every backend; no data. Cycles are clock cycles of the accelerator, counted
// from the start of the job; an event "in cycle t" is a handshake (valid and ready both high) in that cycle. The master
// accepts read data and write responses in any cycle.
//
// Addresses. An address is taken in the first cycle, from the one it is on the bus, in which its channel is not
// stalled. Any number may wait for their data.
//
// Read data. Bursts are answered completely, in the order of their addresses, whatever their ids. The first beat of a
// burst moves at the earliest read_latency_cycles after its address was taken; every beat, the first one included,
// moves at the earliest cycles_per_beat (of the burst's region) after the beat before it, which may belong to the burst
// before.
//
// Lines. Of a region with `line`, a beat also waits until its line is there (sim/memory/line_buffer.h). It is wanted
// from the cycle on in which its address is taken or the beat before it moves, whichever is later.
//
// Write data. Data of a burst is accepted from the cycle after its address was taken. A beat is accepted at the
// earliest cycles_per_beat after the one before it. The response comes write_latency_cycles after the last beat, at the
// earliest one cycle after the response before it.
//
// On each channel the handshake happens in the first cycle, from that earliest one, in which the channel is not stalled
// (sim/memory/random_stalls.h) and, for data, nobody else holds the beat's bank (sim/memory/bank_traffic.h). The read
// and the write channel do not hinder each other. Addresses outside every region are answered like a region with
// latencies and cycles per beat of 1.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/memory/bank_traffic.h"
#include "sim/memory/bus_port.h"
#include "sim/memory/contention.h"
#include "sim/memory/line_buffer.h"
#include "sim/memory/random_stalls.h"

namespace systolite {

// When the beats of one read burst move.
struct BurstTimes {
  Cycles first = 0;
  Cycles last = 0;
  Cycles step = 0;  // distance of the beats; 0: not the same everywhere, `uneven` holds every cycle
  std::array<Cycles, kMaxBurstBeats> uneven;

  [[nodiscard]] Cycles operator[](std::size_t beat) const noexcept {
    return step != 0 ? first + beat * step : uneven[beat];
  }
};

struct WriteTimes {
  Cycles moved;
  Cycles response;  // kNever: not the last beat of its burst
};

// Calls as in BusPort, which says what their order means.
class BusTiming {
 public:
  // With the CPU traffic of the configuration.
  explicit BusTiming(const HwConfig& config);
  BusTiming(const BusTiming&) = delete;
  BusTiming& operator=(const BusTiming&) = delete;

  void set_stalls(const std::optional<RandomStalls>& stalls);
  // Other traffic in place of the configuration's; it outlives this object.
  void set_traffic(const BankTraffic& traffic);
  void start_job();

  [[nodiscard]] Cycles read_address(Cycles offered) const noexcept {
    return stalls_.first_open(BusChannel::kReadAddress, offered);
  }
  void read(const BusBurst& burst, BurstTimes& times) {
    Region& region = region_of(burst.address);
    if (region.even) [[likely]] {
      times.first = read_clock_.earliest(burst.taken + region.read_latency, region.per_beat);
      times.step = region.per_beat;
      times.last = times.first + (burst.beats - 1) * region.per_beat;
      read_clock_.moved(times.last);
    } else {
      read_unevenly(burst, region, times);
    }
  }

  [[nodiscard]] Cycles write_address(Cycles offered) const noexcept {
    return stalls_.first_open(BusChannel::kWriteAddress, offered);
  }
  void write(const BusBurst& burst);
  [[nodiscard]] Cycles write_slot(Cycles offered) const;
  WriteTimes write_beat(Cycles offered);

  // Of the job so far.
  [[nodiscard]] const Contention& contention() const noexcept { return contention_; }

 private:
  struct Region {
    bool even = true;  // nothing comes between the beats of a read burst
    std::uint32_t base = 0;
    std::uint32_t last = 0;  // address of its last byte
    std::uint32_t bank_bytes = 0;
    std::optional<RegionId> id;
    std::optional<LineBuffer> lines;
    Cycles read_latency = 1;
    Cycles write_latency = 1;
    Cycles per_beat = 1;
  };

  // One data channel: when the next beat may move, given those that have moved.
  class BeatClock {
   public:
    // Earliest cycle of a beat that is ready in its memory from cycle `ready`.
    [[nodiscard]] Cycles earliest(Cycles ready, Cycles per_beat) const noexcept {
      return any_ ? std::max(ready, last_ + per_beat) : ready;
    }
    void moved(Cycles now) noexcept {
      any_ = true;
      last_ = now;
    }

   private:
    bool any_ = false;
    Cycles last_ = 0;
  };

  struct Write {
    const Region* region;
    std::optional<MemoryBank> bank;
    unsigned beats_left;
    Cycles taken;
  };

  [[nodiscard]] Region& region_of(std::uint32_t address) noexcept {
    for (Region& region : regions_) {
      if (address >= region.base && address <= region.last) return region;
    }
    return outside_;
  }
  [[nodiscard]] std::optional<MemoryBank> bank_of(const Region& region, std::uint32_t address) const noexcept;
  [[nodiscard]] Cycles open_cycle(BusChannel channel, const std::optional<MemoryBank>& bank, Cycles from,
                                  std::vector<CycleSpan>* contended) const;
  [[nodiscard]] Cycles open_write_cycle(Cycles offered, std::vector<CycleSpan>* contended) const;
  void read_unevenly(const BusBurst& burst, Region& region, BurstTimes& times);
  void update_even();

  std::uint32_t bus_bytes_;
  std::vector<Region> regions_;
  Region outside_;
  StallPattern stalls_;
  std::unique_ptr<const BankTraffic> configured_;
  const BankTraffic* traffic_ = nullptr;  // nullptr: none
  Contention contention_;
  BeatClock read_clock_;
  BeatClock write_clock_;
  BeatClock response_clock_;
  std::deque<Write> writes_;
};

}  // namespace systolite
