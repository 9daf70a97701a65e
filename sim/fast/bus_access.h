// SPDX-License-Identifier: Apache-2.0
// How the model asks the memory: directly for times, or through a port for times and errors. Both have the same shape,
// so that the model is compiled for each and pays for no indirection.
#pragma once

#include <cstdint>

#include "sim/memory/bus_port.h"
#include "sim/memory/bus_timing.h"

namespace systolite::fast {

struct ReadBeats {
  BurstTimes times;
  std::uint32_t errors = 0;  // bit i: beat i was answered with an error
};

struct WriteBeat {
  Cycles moved;
  Cycles response;  // kNever: not the last beat of its burst
  bool error;
};

// Times only: nothing is ever answered with an error.
class TimingAccess {
 public:
  explicit TimingAccess(BusTiming& timing) : timing_(timing) { timing_.start_job(); }

  [[nodiscard]] Cycles read_address(Cycles offered) const { return timing_.read_address(offered); }
  void read(const BusBurst& burst, ReadBeats& beats) { timing_.read(burst, beats.times); }
  [[nodiscard]] Cycles write_address(Cycles offered) const { return timing_.write_address(offered); }
  void write(const BusBurst& burst) { timing_.write(burst); }
  WriteBeat write_beat(Cycles offered) {
    const WriteTimes times = timing_.write_beat(offered);
    return {times.moved, times.response, false};
  }

 private:
  BusTiming& timing_;
};

// A port, with its errors. Writes are asked for without a byte enabled: the memory stays as it is.
class PortAccess {
 public:
  explicit PortAccess(BusPort& port) : port_(port) { port_.start_job(); }

  [[nodiscard]] Cycles read_address(Cycles offered) const { return port_.read_address(offered); }
  void read(const BusBurst& burst, ReadBeats& beats) {
    port_.read(burst, data_);
    beats.errors = 0;
    for (unsigned i = 0; i < burst.beats; ++i) {
      beats.times.uneven[i] = data_[i].moved;
      if (data_[i].response != AxiResponse::kOkay) beats.errors |= 1U << i;
    }
    beats.times.first = data_[0].moved;
    beats.times.last = data_[burst.beats - 1].moved;
    beats.times.step = 0;
  }
  [[nodiscard]] Cycles write_address(Cycles offered) const { return port_.write_address(offered); }
  void write(const BusBurst& burst) { port_.write(burst); }
  WriteBeat write_beat(Cycles offered) {
    const Cycles moved = port_.write_slot(offered);
    BusResponse response{};
    if (!port_.write_beat(offered, {}, 0, response)) return {moved, kNever, false};
    return {moved, response.moved, response.response != AxiResponse::kOkay};
  }

 private:
  BusPort& port_;
  BusReadBeats data_{};
};

}  // namespace systolite::fast
