// SPDX-License-Identifier: Apache-2.0
// One job: the units, and the read channel that two of them share.
//
// Everything but the read channel is a set of recurrences without choice. The read channel grants in the order of
// time, the front end first when both ask in the same cycle. So: work out everything that follows from the grants so
// far; then the earliest request known is the next one. A request that is not known yet follows from a grant still to
// come, and lies behind it.
#pragma once

#include <bit>

#include "sim/fast/front_end.h"
#include "sim/fast/job_context.h"
#include "sim/fast/load_dma.h"
#include "sim/fast/matrix_unit.h"
#include "sim/fast/read_channel.h"
#include "sim/fast/store_dma.h"
#include "sim/fast/vector_unit.h"

namespace systolite::fast {

template <typename Bus>
class JobModel {
 public:
  // `record` may be nullptr. All arguments outlive the model.
  JobModel(const HwConfig& hw, const Latencies& latencies, const PreparedStream& stream, const Windows& windows,
           std::uint32_t stream_address, Bus& bus, JobTimes& times, JobRecord* record)
      : job_{.hw = hw, .latencies = latencies, .stream = stream, .windows = windows, .times = times, .record = record},
        channel_(job_, bus),
        front_end_(job_, stream_address),
        load_(job_),
        matrix_(job_),
        vector_(job_),
        store_(job_, bus) {}

  // Computes all times. Afterwards either times.fault has been reported, or times.end_taken is known, or neither: then
  // the job never ends.
  void run() {
    settle();
    while (grant()) settle();
    job_.times.traffic.fetch_beats = front_end_.requested_beats();
    if (job_.times.fault.reported == kUnknown) job_.times.end_taken = end();
  }

 private:
  // Works out everything that does not need another grant.
  void settle() {
    while (job_.due != 0) {
      const auto unit = static_cast<std::size_t>(std::countr_zero(job_.due));
      job_.due &= job_.due - 1;
      switch (unit) {
        case kLd:
          load_.advance();
          break;
        case kWl:
        case kMm:
          job_.due &= ~(1U << kMm);
          matrix_.advance();
          break;
        case kVec:
          vector_.advance();
          break;
        case kSt:
          store_.advance();
          break;
        default:
          front_end_.advance();
          break;
      }
    }
  }

  // Grants the next read burst. False if there is none, or none before the job stops.
  bool grant() {
    const Cycles load_request = load_.request();
    const Cycles load = load_request == kUnknown ? kUnknown : channel_.grant(load_request);
    const Cycles fetch_request = front_end_.request();
    if (fetch_request != kUnknown) {
      const Cycles fetch = channel_.grant(fetch_request);
      if (front_end_.ended_by(fetch)) {
        front_end_.stop();
      } else if (fetch <= load) {
        if (fetch >= cleared()) return false;
        channel_.issue(fetch, front_end_.burst(), beats_);
        front_end_.granted(fetch, beats_);
        return true;
      }
    }
    if (load >= std::min(kUnknown, cleared())) return false;
    channel_.issue(load, load_.burst(), beats_);
    load_.granted(load, beats_);
    return true;
  }

  // First cycle in which nothing is granted any more because the job is being stopped.
  [[nodiscard]] Cycles cleared() const noexcept { return job_.times.fault.reported + job_.latencies.fault_to_clear; }

  // END is taken when it is at the head, every command is done and every fetch burst has arrived.
  [[nodiscard]] Cycles end() const {
    const JobTimes& times = job_.times;
    if (times.end_move == kUnknown) return kUnknown;
    Cycles end = std::max(times.end_move + job_.latencies.move_to_head,
                          front_end_.last_beat() + job_.latencies.fetch_beat_to_end);
    for (std::size_t e = 0; e < kEngineCount; ++e) {
      if (job_.stream.first[e] == job_.stream.first[e + 1]) continue;
      const Cycles done = times.done[job_.stream.first[e + 1] - 1];
      if (done == kUnknown) return kUnknown;
      end = std::max(end, done + job_.latencies.done_to_end);
    }
    return end;
  }

  JobContext job_;
  ReadChannel<Bus> channel_;
  FrontEnd front_end_;
  LoadDma load_;
  MatrixUnit matrix_;
  VectorUnit vector_;
  StoreDma<Bus> store_;
  ReadBeats beats_;
};

}  // namespace systolite::fast
