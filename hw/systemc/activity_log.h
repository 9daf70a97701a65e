// SPDX-License-Identifier: Apache-2.0
// What happens in a job, as the blocks report it: the source of the trace and of the activity counters. Cycles are
// those of the job.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/device/trace.h"
#include "sim/memory/bus_port.h"

namespace systolite::sc {

// Activity counters of configs/regs.yaml, except cnt_cycles.
struct ActivityCounts {
  std::uint64_t commands = 0;
  std::array<std::uint64_t, kEngineCount> busy{};
  std::uint64_t read_beats = 0;
  std::uint64_t write_beats = 0;
};

class ActivityLog {
 public:
  // Forgets everything. The current cycle, counted since reset, is cycle 0; every unit is idle.
  void start_job(Cycles since_reset);

  // The unit's own state from cycle `from` on, until the next call; later calls have later or equal cycles. A state
  // other than idle wins over the one of its queue.
  void unit_state(int unit, Cycles from, isa::State state) { set(units_[index(unit)].own, from, state); }
  // The state the engine has by its queue alone.
  void queue_state(int engine, Cycles from, isa::State state) { set(units_[index(engine)].queue, from, state); }
  // A DMA engine is busy in the cycle after each of its beats; not in cycle `from` and later.
  void stop_beats(int engine, Cycles from) { units_[index(engine)].beats_end = from; }

  void pop(int engine, Cycles now) { pops_[index(engine)].push_back(now); }
  void done(int engine, Cycles now) { dones_[index(engine)].push_back(now); }
  void dispatch(Cycles now) { dispatches_.push_back(now); }
  // Beats of a channel are in order of time and may lie in the future. Read ids: 0 command fetch, 1 load DMA.
  void read_beat(unsigned id, Cycles cycle) { extend(id == 0 ? fetch_beats_ : load_beats_, cycle); }
  void write_beat(Cycles cycle) { extend(write_beats_, cycle); }

  // The interrupt line is high in this cycle: the trace of the job ends before it.
  void interrupt(Cycles cycle) { trace_end_ = std::min(trace_end_, cycle); }
  // The job up to its interrupt, or up to `now`. Empty when it has been taken before.
  [[nodiscard]] Trace take_trace(Cycles now);

  // What happened in [from, to).
  [[nodiscard]] ActivityCounts counts(Cycles from, Cycles to) const;

 private:
  struct StateChange {
    Cycles from;
    isa::State state;
  };
  using StateChanges = std::vector<StateChange>;
  struct Unit {
    StateChanges own;
    StateChanges queue;
    Cycles beats_end = kNever;
  };

  [[nodiscard]] static std::size_t index(int unit) noexcept { return static_cast<std::size_t>(unit); }
  static void set(StateChanges& changes, Cycles from, isa::State state);
  static void extend(std::vector<BeatSpan>& spans, Cycles cycle);
  [[nodiscard]] const std::vector<BeatSpan>* beats_of(int unit) const noexcept;
  template <typename Visit>
  void visit_states(int unit, Cycles end, Visit visit) const;

  std::array<Unit, kUnitCount> units_;
  std::array<std::vector<Cycles>, kEngineCount> pops_;
  std::array<std::vector<Cycles>, kEngineCount> dones_;
  std::vector<Cycles> dispatches_;
  std::vector<BeatSpan> fetch_beats_;
  std::vector<BeatSpan> load_beats_;
  std::vector<BeatSpan> write_beats_;
  Cycles start_ = 0;
  Cycles trace_end_ = 0;
  bool has_trace_ = false;
};

}  // namespace systolite::sc
