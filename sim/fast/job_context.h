// SPDX-License-Identifier: Apache-2.0
// What the units of the model share: the stream, the times found so far, and who has something new to work on.
//
// Every unit is a recurrence over its commands in order. It goes on until it needs a time that another unit has not
// found yet; whoever finds that time makes the unit due again. The order of these calls does not matter for the result:
// every time is the maximum of times that lie before it.
#pragma once

#include "sim/core/hw_config.h"
#include "sim/fast/job_times.h"
#include "sim/fast/latencies.h"
#include "sim/fast/prepared_stream.h"
#include "sim/memory/windows.h"

namespace systolite::fast {

inline constexpr auto kLd = static_cast<std::size_t>(isa::Engine::kLd);
inline constexpr auto kWl = static_cast<std::size_t>(isa::Engine::kWl);
inline constexpr auto kMm = static_cast<std::size_t>(isa::Engine::kMm);
inline constexpr auto kVec = static_cast<std::size_t>(isa::Engine::kVec);
inline constexpr auto kSt = static_cast<std::size_t>(isa::Engine::kSt);
inline constexpr std::size_t kFe = kEngineCount;

// Rings hold the last few times of a kind. Their size is more than any number of them that is ever in use.
template <std::size_t kSize>
class Ring {
  static_assert((kSize & (kSize - 1)) == 0);

 public:
  [[nodiscard]] Cycles& operator[](std::size_t index) noexcept { return values_[index & (kSize - 1)]; }
  [[nodiscard]] Cycles operator[](std::size_t index) const noexcept { return values_[index & (kSize - 1)]; }

 private:
  std::array<Cycles, kSize> values_{};
};

// Who reports a fault; of several in the same cycle the first counts.
enum class FaultSource : std::uint8_t { kLoad, kStore, kFrontEnd };

struct JobContext {
  const HwConfig& hw;
  const Latencies& latencies;
  const PreparedStream& stream;
  const Windows& windows;
  JobTimes& times;
  JobRecord* record;                 // may be nullptr
  unsigned due = 1U << kFe;          // mask of engines, and of the front end
  std::size_t full_queue = kFe + 1;  // the engine whose pop the front end waits for
  FaultSource fault_source = FaultSource::kFrontEnd;

  // First cycle in which all tokens are there; kUnknown: not known.
  [[nodiscard]] Cycles tokens(const CommandHeader& header) const noexcept {
    Cycles from = 0;
    for (std::uint32_t i = header.first_giver; i < header.first_giver + header.waits; ++i) {
      const Cycles done = times.done[stream.givers[i]];
      if (done == kUnknown) return kUnknown;
      from = std::max(from, done + latencies.done_to_token);
    }
    return from;
  }

  // First cycle in which command `position` of an engine can be popped as far as queue, tokens and the commands in
  // flight are concerned; kUnknown: not known. The command must have been dispatched.
  [[nodiscard]] Cycles earliest_pop(std::size_t engine, std::uint32_t position, const CommandHeader& header) const {
    const Slot slot = stream.first[engine] + position;
    Cycles from = times.push[slot] + latencies.dispatch_to_pop;
    if (position > 0) from = std::max(from, times.pop[slot - 1] + latencies.pop_to_pop);
    if (position >= latencies.max_in_flight) {
      const Cycles done = times.done[slot - latencies.max_in_flight];
      if (done == kUnknown) return kUnknown;
      from = std::max(from, done + latencies.done_to_place);
    }
    if (header.waits != 0) {
      const Cycles tokens_from = tokens(header);
      if (tokens_from == kUnknown) return kUnknown;
      from = std::max(from, tokens_from);
    }
    return from;
  }

  void pop(std::size_t engine, std::uint32_t position, Cycles cycle) noexcept {
    times.pop[stream.first[engine] + position] = cycle;
    if (full_queue == engine) {
      full_queue = kFe + 1;
      due |= 1U << kFe;
    }
  }

  void report(FaultSource source, const JobFault& fault) noexcept {
    const JobFault& first = times.fault;
    if (fault.reported > first.reported || (fault.reported == first.reported && source > fault_source)) return;
    times.fault = fault;
    fault_source = source;
  }

  void complete(std::size_t engine, std::uint32_t position, const CommandHeader& header, Cycles cycle) noexcept {
    times.done[stream.first[engine] + position] = cycle;
    due |= header.signal;
  }
};

// Completion in order: commands finish, and are done one a cycle in the order of the queue.
template <typename Command>
class CompletionOrder {
 public:
  CompletionOrder(JobContext& job, std::size_t engine, const std::vector<Command>& commands)
      : job_(job), engine_(engine), commands_(commands) {}

  void start(std::uint32_t position) noexcept { finish_[position] = kUnknown; }
  // `finish`: first cycle in which the command could be done.
  void finish(std::uint32_t position, Cycles cycle) noexcept { finish_[position] = cycle; }
  // The same for a transfer. One whose last beat has an error does not finish; as the hardware counts finished
  // transfers, the one behind it then stands for it.
  void finish_transfer(std::uint32_t position, Cycles cycle, bool error) noexcept {
    if (error) [[unlikely]] {
      unfinished_ = std::min(unfinished_, position);
    } else {
      finish_[std::min(unfinished_, position)] = cycle;
    }
  }
  // Completes what can be completed of the commands before `popped`. True if there was any.
  bool retire(std::uint32_t popped) noexcept {
    const std::uint32_t before = next_;
    for (; next_ < popped && finish_[next_] != kUnknown; ++next_) {
      last_ = next_ == 0 ? finish_[next_] : std::max(finish_[next_], last_ + job_.latencies.done_to_done);
      job_.complete(engine_, next_, commands_[next_].header, last_);
    }
    return next_ != before;
  }

 private:
  JobContext& job_;
  std::size_t engine_;
  const std::vector<Command>& commands_;
  std::uint32_t next_ = 0;
  Cycles last_ = 0;
  std::uint32_t unfinished_ = 0xFFFFFFFF;
  Ring<8> finish_;
};

}  // namespace systolite::fast
