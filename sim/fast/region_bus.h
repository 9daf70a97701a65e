// SPDX-License-Identifier: Apache-2.0
// The memories' timing without back-pressure: the rules of sim/memory/bus_timing.h, burst by burst.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/memory/bus_port.h"
#include "sim/memory/bus_timing.h"

namespace systolite::fast {

class RegionBus {
 public:
  explicit RegionBus(const HwConfig& hw)
      : flash_(hw.flash), sram_(hw.sram), flash_timing_(timing_of(&flash_)), sram_timing_(timing_of(&sram_)) {}

  [[nodiscard]] Cycles read_address(Cycles offered) const noexcept { return offered; }
  void read(const BusBurst& burst, Cycles* moved) noexcept {
    const RegionTiming& timing = timing_at(burst.address);
    Cycles ready = burst.taken + timing.read_latency;
    for (unsigned i = 0; i < burst.beats; ++i) {
      ready = read_clock_.earliest(ready, timing.per_beat);
      read_clock_.moved(ready);
      moved[i] = ready;
    }
  }

  [[nodiscard]] Cycles write_address(Cycles offered) const noexcept { return offered; }
  void write(const BusBurst& burst) noexcept {
    write_timing_ = timing_at(burst.address);
    beats_left_ = burst.beats;
    data_from_ = burst.taken + 1;
  }
  [[nodiscard]] Cycles write_slot(Cycles offered) const noexcept {
    return write_clock_.earliest(std::max(offered, data_from_), write_timing_.per_beat);
  }
  bool write_beat(Cycles moved, Cycles& response) noexcept {
    write_clock_.moved(moved);
    if (--beats_left_ != 0) return false;
    response = response_clock_.earliest(moved + write_timing_.write_latency, 1);
    response_clock_.moved(response);
    return true;
  }

 private:
  [[nodiscard]] const RegionTiming& timing_at(std::uint32_t address) const noexcept {
    if (address - flash_.base < flash_.bytes) return flash_timing_;
    if (address - sram_.base < sram_.bytes) return sram_timing_;
    return outside_;
  }

  MemoryRegion flash_;
  MemoryRegion sram_;
  RegionTiming flash_timing_;
  RegionTiming sram_timing_;
  RegionTiming outside_;
  BeatClock read_clock_;
  BeatClock write_clock_;
  BeatClock response_clock_;
  RegionTiming write_timing_;
  unsigned beats_left_ = 0;
  Cycles data_from_ = 0;
};

}  // namespace systolite::fast
