// SPDX-License-Identifier: Apache-2.0
// Store DMA: pops, bursts, data beats, responses. Nothing else uses the write channels, so all times of a transfer are
// known as soon as its pop is.
#pragma once

#include "sim/fast/job_context.h"
#include "sim/memory/bus_port.h"

namespace systolite::fast {

template <typename Bus>
class StoreDma {
 public:
  StoreDma(JobContext& job, JobRecord* record, Bus& bus)
      : job_(job), record_(record), bus_(bus), commands_(job.stream.stores), order_(job, kSt, commands_) {}

  void advance() {
    const Latencies& l = job_.latencies;
    for (; next_ < job_.times.pushed[kSt]; ++next_) {
      const DmaCommand& command = commands_[next_];
      Cycles cycle = job_.earliest_pop(kSt, next_, command.header);
      if (cycle == kNever) return;
      if (command.header.is_cfg) {
        order_.finish(next_, cycle + l.finish_to_done);
      } else {
        if (bursts_ != 0) cycle = std::max(cycle, check_left_ + l.check_to_pop);
        check_left_ = std::max(cycle + l.pop_to_check, walk_free_);
        order_.finish(next_, transfer(command, check_left_ + l.check_to_burst) + l.finish_to_done);
      }
      job_.pop(kSt, next_, cycle);
      order_.retire(next_ + 1);
    }
  }

  [[nodiscard]] std::uint32_t popped() const noexcept { return next_; }

 private:
  // The response of the last burst.
  Cycles transfer(const DmaCommand& command, Cycles offer) {
    const Latencies& l = job_.latencies;
    Cycles response = 0;
    for (std::uint32_t i = command.first_burst; i < command.end_burst; ++i) {
      const Burst& burst = job_.stream.bursts[i];
      Cycles issue = std::max(offer, address_free_);
      if (bursts_ >= l.max_writes)
        issue = std::max(issue, responses_[bursts_ - static_cast<std::uint32_t>(l.max_writes)] + l.response_to_issue);
      const Cycles taken = bus_.write_address(issue + l.issue_to_address);
      address_free_ = taken + l.taken_to_issue;
      bus_.write({.id = 0, .address = burst.address, .beats = burst.beats, .taken = taken});
      response = data(burst.beats, issue + l.issue_to_read);
      responses_[bursts_++] = response;
      offer = issue + l.burst_to_burst;
      walk_free_ = issue + l.burst_to_check;
    }
    return response;
  }

  // Moves the beats of a burst; `read`: first cycle for a scratchpad read.
  Cycles data(std::uint32_t beats, Cycles read) {
    const Latencies& l = job_.latencies;
    Cycles response = 0;
    for (std::uint32_t i = 0; i < beats; ++i) {
      read = std::max(read, read_free_);
      if (beats_ >= l.data_depth)
        read = std::max(read, taken_[beats_ - static_cast<std::uint32_t>(l.data_depth)] + l.beat_to_read);
      read_free_ = read + l.read_to_read;
      Cycles beat = read + l.read_to_beat;
      if (beats_ != 0) beat = std::max(beat, taken_[beats_ - 1] + l.beat_to_beat);
      beat = bus_.write_slot(beat);
      taken_[beats_++] = beat;
      bus_.write_beat(beat, response);
      if (record_ != nullptr) add_beat(record_->write_beats, beat);
    }
    job_.times.traffic.write_beats += beats;
    return response;
  }

  JobContext& job_;
  JobRecord* record_;
  Bus& bus_;
  const std::vector<DmaCommand>& commands_;
  CompletionOrder<DmaCommand> order_;
  std::uint32_t next_ = 0;
  std::uint32_t bursts_ = 0;
  std::uint32_t beats_ = 0;
  Cycles check_left_ = 0;
  Cycles walk_free_ = 0;
  Cycles address_free_ = 0;
  Cycles read_free_ = 0;
  Ring<8> responses_;
  Ring<8> taken_;
};

}  // namespace systolite::fast
