// SPDX-License-Identifier: Apache-2.0
// Command front end: fetch bursts, head, dispatch.
#pragma once

#include <bit>

#include "sim/fast/bus_access.h"
#include "sim/fast/job_context.h"

namespace systolite::fast {

class FrontEnd {
 public:
  FrontEnd(JobContext& job, std::uint32_t stream_address)
      : job_(job),
        command_beats_(static_cast<std::uint32_t>(isa::kCommandBytes / job.hw.dma.bus_bytes())),
        bus_bytes_(static_cast<std::uint32_t>(job.hw.dma.bus_bytes())),
        buffer_beats_(static_cast<std::uint32_t>(job.latencies.fetch_commands) * command_beats_),
        burst_beats_(std::min(static_cast<std::uint32_t>(job.latencies.fetch_burst_commands) * command_beats_,
                              static_cast<std::uint32_t>(job.hw.dma.burst_beats))),
        stream_address_(stream_address),
        address_(stream_address),
        beats_(job.stream.commands * command_beats_),
        request_(job.latencies.start_to_request) {
    cut();
  }

  // Moves commands to the head and dispatches them as far as their arrival and the queues are known.
  void advance() {
    const Latencies& l = job_.latencies;
    JobTimes& times = job_.times;
    for (; next_ < arrived_ || waiting_; ++next_) {
      if (!waiting_) {
        const Cycles arrived = arrivals_[next_] + l.beat_to_move;
        move_ = next_ == 0 ? arrived : std::max(arrived, dispatched_);
        moves_[next_] = move_;
        ++moved_;
        waiting_ = true;
        if (job_.record != nullptr) job_.record->moves.push_back(move_);
      }
      const auto what = job_.stream.dispatch[next_];
      if (next_ == damaged_ || what >= Dispatch::kEnd) {
        // An END stops the requests even if it was fetched with an error.
        if (what == Dispatch::kEnd) times.end_move = move_;
        if (next_ == damaged_) {
          if (job_.record != nullptr) job_.record->damaged = damaged_;
          report(isa::ErrorCause::kBusRead);
        } else if (what == Dispatch::kIllegal) {
          report(isa::ErrorCause::kBadCommand);
        }
        return;
      }
      const auto engine = static_cast<std::size_t>(what);
      const std::uint32_t position = times.pushed[engine];
      const Slot slot = job_.stream.first[engine] + position;
      const Cycles from = move_ + l.move_to_head;
      Cycles cycle = from;
      const auto depth = static_cast<std::uint32_t>(job_.hw.queue_depth);
      if (position >= depth) {
        const Cycles freed = times.pop[slot - depth];
        if (freed == kUnknown) {
          job_.full_queue = engine;
          return;
        }
        cycle = std::max(cycle, freed + l.pop_to_dispatch);
      }
      times.push[slot] = cycle;
      times.queue_full += cycle - from;
      ++times.pushed[engine];
      dispatched_ = cycle;
      job_.due |= 1U << engine;
      waiting_ = false;
    }
    if (next_ == job_.stream.commands && beats_left() == 0) {
      job_.report(FaultSource::kFrontEnd, {.reported = std::max(dispatched_, last_beat_) + l.empty_to_fault,
                                           .cause = isa::ErrorCause::kBadStream,
                                           .command = kNoCommand,
                                           .address = stream_address_});
    }
  }

  // First cycle in which the next fetch burst is requested; kUnknown: not known, or nothing left to fetch.
  [[nodiscard]] Cycles request() const noexcept {
    if (beats_left() == 0) return kUnknown;
    const std::uint32_t needed = requested_ + length_;
    if (needed <= buffer_beats_) return request_;
    const std::uint32_t moves = (needed - buffer_beats_ + command_beats_ - 1) / command_beats_;
    if (moves > moved_) return kUnknown;
    return std::max(request_, moves_[moves - 1] + job_.latencies.move_to_room);
  }
  // Whether END is at the head in a cycle: it stops the requests.
  [[nodiscard]] bool ended_by(Cycles cycle) const noexcept {
    return job_.times.end_move + job_.latencies.move_to_head <= cycle;
  }
  void stop() noexcept { beats_ = requested_; }

  [[nodiscard]] BusBurst burst() const noexcept { return {.id = 0, .address = address_, .beats = length_}; }

  // The burst has been granted and is answered with `beats`.
  void granted(Cycles grant, const ReadBeats& beats) {
    std::uint32_t command = requested_ / command_beats_;
    // Beats of the first command that are still missing.
    for (std::uint32_t beat = command_beats_ - 1 - requested_ % command_beats_; beat < length_; beat += command_beats_)
      arrivals_[command++] = beats.times[beat];
    if (beats.errors != 0 && damaged_ == kNoCommand)
      damaged_ = (requested_ + static_cast<std::uint32_t>(std::countr_zero(beats.errors))) / command_beats_;
    last_beat_ = beats.times.last;
    arrived_ = std::min(command, static_cast<std::uint32_t>(job_.stream.dispatch.size()));
    requested_ += length_;
    address_ += length_ * bus_bytes_;
    request_ = grant + job_.latencies.grant_to_request;
    cut();
    job_.due |= 1U << kFe;
  }

  [[nodiscard]] std::uint32_t requested_beats() const noexcept { return requested_; }
  [[nodiscard]] Cycles last_beat() const noexcept { return last_beat_; }

 private:
  static constexpr std::uint32_t kNoCommand = 0xFFFFFFFF;  // as in the register error_command

  void report(isa::ErrorCause cause) {
    job_.report(FaultSource::kFrontEnd, {.reported = move_ + job_.latencies.move_to_fault,
                                         .cause = cause,
                                         .command = next_,
                                         .address = stream_address_ + next_ * isa::kCommandBytes});
  }
  [[nodiscard]] std::uint32_t beats_left() const noexcept { return beats_ - requested_; }
  void cut() noexcept { length_ = std::min({burst_beats_, beats_left(), (4096 - address_ % 4096) / bus_bytes_}); }

  JobContext& job_;
  std::uint32_t command_beats_;
  std::uint32_t bus_bytes_;
  std::uint32_t buffer_beats_;
  std::uint32_t burst_beats_;

  // Fetch: next burst.
  std::uint32_t stream_address_;
  std::uint32_t address_;
  std::uint32_t beats_;
  std::uint32_t requested_ = 0;
  std::uint32_t length_ = 0;
  Cycles request_;
  Cycles last_beat_ = 0;

  // Head.
  std::uint32_t arrived_ = 0;           // commands that have arrived, up to END
  std::uint32_t next_ = 0;              // to be dispatched
  std::uint32_t moved_ = 0;             // commands that have moved to the head
  bool waiting_ = false;                // next_ has moved to the head
  std::uint32_t damaged_ = kNoCommand;  // first command that was fetched with an error
  Cycles move_ = 0;
  Cycles dispatched_ = 0;
  Ring<64> arrivals_;
  Ring<64> moves_;
};

}  // namespace systolite::fast
