// SPDX-License-Identifier: Apache-2.0
// Store DMA: pops, bursts, data beats, responses. Nothing else uses the write channels, so all times of a transfer are
// known as soon as its pop is.
#pragma once

#include "sim/fast/bus_access.h"
#include "sim/fast/job_context.h"

namespace systolite::fast {

template <typename Bus>
class StoreDma {
 public:
  StoreDma(JobContext& job, Bus& bus)
      : job_(job), bus_(bus), commands_(job.stream.stores), order_(job, kSt, commands_) {}

  void advance() {
    const Latencies& l = job_.latencies;
    for (; next_ < job_.times.pushed[kSt]; ++next_) {
      const DmaCommand& command = commands_[next_];
      Cycles cycle = job_.earliest_pop(kSt, next_, command.header);
      if (cycle == kUnknown) return;
      if (command.header.is_cfg) {
        order_.finish(next_, cycle + l.finish_to_done);
      } else {
        if (refused_) return;  // its predecessor never leaves the check stage
        if (transfers_++ != 0) cycle = std::max(cycle, check_left_ + l.check_to_pop);
        order_.start(next_);
        refused_ = refused(command, cycle);
        if (!refused_) {
          check_left_ = std::max(cycle + l.pop_to_check, walk_free_);
          const WriteBeat last = transfer(command, check_left_ + l.check_to_burst);
          order_.finish_transfer(next_, last.response + l.finish_to_done, last.error);
        }
      }
      job_.pop(kSt, next_, cycle);
      order_.retire(next_ + 1);
    }
  }

  [[nodiscard]] std::uint32_t popped() const noexcept { return next_; }

 private:
  // A command outside its ranges stays in the check stage.
  bool refused(const DmaCommand& command, Cycles pop) {
    if (!command.bad_local && job_.windows.read_write.holds(command.address, command.span)) [[likely]]
      return false;
    job_.report(FaultSource::kStore,
                {.reported = pop + job_.latencies.pop_to_fault,
                 .cause = command.bad_local ? isa::ErrorCause::kBadLocal : isa::ErrorCause::kWriteWindow,
                 .command = command.index,
                 .address = command.bad_local ? 0 : command.address});
    return true;
  }

  // The last beat of the last burst.
  WriteBeat transfer(const DmaCommand& command, Cycles offer) {
    const Latencies& l = job_.latencies;
    WriteBeat last{};
    for (std::uint32_t i = command.first_burst; i < command.end_burst; ++i) {
      const Burst& burst = job_.stream.bursts[i];
      Cycles issue = std::max(offer, address_free_);
      if (bursts_ >= l.max_writes)
        issue = std::max(issue, responses_[bursts_ - static_cast<std::uint32_t>(l.max_writes)] + l.response_to_issue);
      const Cycles taken = bus_.write_address(issue + l.issue_to_address);
      address_free_ = taken + l.taken_to_issue;
      bus_.write({.id = 0, .address = burst.address, .beats = burst.beats, .taken = taken});
      last = data(burst.beats, issue + l.issue_to_read);
      responses_[bursts_++] = last.response;
      offer = issue + l.burst_to_burst;
      walk_free_ = issue + l.burst_to_check;
      if (job_.record != nullptr) job_.record->writes.push_back({issue, last.moved, last.response});
      if (last.error) [[unlikely]] {
        job_.report(FaultSource::kStore, {.reported = last.response + l.response_to_fault,
                                          .cause = isa::ErrorCause::kBusWrite,
                                          .command = command.index,
                                          .address = burst.address});
      }
    }
    return last;
  }

  // Moves the beats of a burst; `read`: cycle of the first scratchpad read. Reading keeps ahead of the bus.
  WriteBeat data(std::uint32_t beats, Cycles read) {
    const Latencies& l = job_.latencies;
    WriteBeat beat{};
    Cycles offered = read + l.read_to_beat;
    for (std::uint32_t i = 0; i < beats; ++i) {
      if (any_beat_) offered = std::max(offered, beat_ + l.beat_to_beat);
      beat = bus_.write_beat(offered);
      beat_ = beat.moved;
      any_beat_ = true;
      if (job_.record != nullptr) add_beats(job_.record->write_beats, beat.moved, beat.moved + 1);
    }
    job_.times.traffic.write_beats += beats;
    return beat;
  }

  JobContext& job_;
  Bus& bus_;
  const std::vector<DmaCommand>& commands_;
  CompletionOrder<DmaCommand> order_;
  std::uint32_t next_ = 0;
  std::uint32_t transfers_ = 0;
  bool refused_ = false;  // a command is in the check stage for good
  std::uint32_t bursts_ = 0;
  Cycles check_left_ = 0;
  Cycles walk_free_ = 0;
  Cycles address_free_ = 0;
  bool any_beat_ = false;
  Cycles beat_ = 0;  // the last one taken by the bus
  Ring<8> responses_;
};

}  // namespace systolite::fast
