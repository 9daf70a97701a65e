// SPDX-License-Identifier: Apache-2.0
// Load DMA: pops, the walk over the bursts of a command, completion.
#pragma once

#include <bit>

#include "sim/fast/bus_access.h"
#include "sim/fast/job_context.h"

namespace systolite::fast {

class LoadDma {
 public:
  explicit LoadDma(JobContext& job) : job_(job), commands_(job.stream.loads), order_(job, kLd, commands_) {}

  void advance() {
    const Latencies& l = job_.latencies;
    for (;;) {
      if (next_ == job_.times.pushed[kLd]) return;
      const DmaCommand& command = commands_[next_];
      Cycles cycle = job_.earliest_pop(kLd, next_, command.header);
      if (cycle == kUnknown) return;
      if (command.header.is_cfg) {
        order_.finish(next_, cycle + l.finish_to_done);
      } else {
        if (checking_ != kNone) return;  // when the check stage is free is not known
        if (transfers_ != 0) cycle = std::max(cycle, check_left_ + l.check_to_pop);
        ++transfers_;
        order_.start(next_);
      }
      job_.pop(kLd, next_, cycle);
      if (!command.header.is_cfg) {
        if (refused(command, cycle)) {
          checking_ = kRefused;
        } else if (walking_ == kNone) {
          walk(next_, cycle);
        } else {
          checking_ = next_;
        }
      }
      ++next_;
      order_.retire(next_);
    }
  }

  // First cycle in which the next burst is requested; kUnknown: not known, or no command.
  [[nodiscard]] Cycles request() const noexcept { return walking_ == kNone ? kUnknown : offer_; }
  [[nodiscard]] BusBurst burst() const noexcept {
    const Burst& burst = job_.stream.bursts[burst_];
    return {.id = 1, .address = burst.address, .beats = burst.beats};
  }

  // The burst has been granted and is answered with `beats`.
  void granted(Cycles grant, const ReadBeats& beats) {
    const Latencies& l = job_.latencies;
    const Burst& burst = job_.stream.bursts[burst_++];
    job_.times.traffic.load_beats += burst.beats;
    if (beats.errors != 0) [[unlikely]]
      report(burst, beats);
    if (!burst.last) {
      offer_ = grant + l.burst_to_burst;
      return;
    }
    order_.finish_transfer(walking_, beats.times.last + l.finish_to_done,
                           (beats.errors >> (burst.beats - 1U) & 1U) != 0);
    walk_free_ = grant + l.burst_to_check;
    walking_ = kNone;
    if (checking_ < kRefused) {
      walk(checking_, job_.times.pop[job_.stream.first[kLd] + checking_]);
      checking_ = kNone;
    }
    order_.retire(next_);
    job_.due |= 1U << kLd;
  }

  [[nodiscard]] std::uint32_t popped() const noexcept { return next_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kRefused = kNone - 1;

  // A command outside its ranges stays in the check stage.
  bool refused(const DmaCommand& command, Cycles pop) {
    if (!command.bad_local && job_.windows.readable(command.address, command.span)) [[likely]]
      return false;
    job_.report(FaultSource::kLoad,
                {.reported = pop + job_.latencies.pop_to_fault,
                 .cause = command.bad_local ? isa::ErrorCause::kBadLocal : isa::ErrorCause::kReadWindow,
                 .command = command.index,
                 .address = command.bad_local ? 0 : command.address});
    return true;
  }

  void report(const Burst& burst, const ReadBeats& beats) {
    const auto beat = static_cast<std::uint32_t>(std::countr_zero(beats.errors));
    job_.report(FaultSource::kLoad,
                {.reported = beats.times[beat] + job_.latencies.beat_to_fault,
                 .cause = isa::ErrorCause::kBusRead,
                 .command = commands_[walking_].index,
                 .address = burst.address + beat * static_cast<std::uint32_t>(job_.hw.dma.bus_bytes())});
  }

  void walk(std::uint32_t position, Cycles pop) {
    check_left_ = std::max(pop + job_.latencies.pop_to_check, walk_free_);
    offer_ = check_left_ + job_.latencies.check_to_burst;
    walking_ = position;
    burst_ = commands_[position].first_burst;
  }

  JobContext& job_;
  const std::vector<DmaCommand>& commands_;
  CompletionOrder<DmaCommand> order_;
  std::uint32_t next_ = 0;
  std::uint32_t transfers_ = 0;
  std::uint32_t walking_ = kNone;   // transfer whose bursts are offered
  std::uint32_t checking_ = kNone;  // transfer behind it, in the check stage; kRefused: one that never leaves it
  std::uint32_t burst_ = 0;         // next burst of walking_
  Cycles offer_ = 0;                // from when on it is offered
  Cycles check_left_ = 0;           // the last transfer leaves the check stage
  Cycles walk_free_ = 0;
};

}  // namespace systolite::fast
