// SPDX-License-Identifier: Apache-2.0
// One job: the units, and the read channel that two of them share.
//
// Everything but the read channel is a set of recurrences without choice. The read channel grants in the order of
// time, the front end first when both ask in the same cycle. So: work out everything that follows from the grants so
// far; then the earliest request known is the next one. A request that is not known yet follows from a grant still to
// come, and lies behind it.
#pragma once

#include <bit>
#include <utility>

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
  JobModel(const HwConfig& hw, const Latencies& latencies, const PreparedStream& stream, std::uint32_t stream_address,
           Bus& bus, JobTimes& times, JobRecord* record)
      : job_{.hw = hw, .latencies = latencies, .stream = stream, .times = times},
        record_(record),
        channel_(job_, bus),
        front_end_(job_, record, stream_address),
        load_(job_, record),
        matrix_(job_, record),
        vector_(job_),
        store_(job_, record, bus) {}

  // Computes all times. Afterwards times.end_taken is kNever if the job does not end.
  void run() {
    settle();
    while (grant()) settle();
    job_.times.traffic.fetch_beats = front_end_.requested_beats();
    job_.times.end_taken = end();
  }

 private:
  using Beats = std::array<Cycles, kMaxBurstBeats>;

  // Works out everything that does not need another grant.
  void settle() {
    while (job_.due != 0) {
      const auto unit = static_cast<std::size_t>(std::countr_zero(job_.due));
      switch (unit) {
        case kLd:
          job_.due &= ~(1U << kLd);
          load_.advance();
          break;
        case kWl:
        case kMm:
          job_.due &= ~(1U << kWl | 1U << kMm);
          matrix_.advance();
          break;
        case kVec:
          job_.due &= ~(1U << kVec);
          vector_.advance();
          break;
        case kSt:
          job_.due &= ~(1U << kSt);
          store_.advance();
          break;
        default:
          job_.due &= ~(1U << kFe);
          front_end_.advance();
          break;
      }
    }
  }

  // Grants the next read burst. False if there is none.
  bool grant() {
    Beats moved;
    const Cycles load = load_.request();
    Cycles fetch = front_end_.request();
    const Cycles load_grant = load == kNever ? kNever : channel_.grant(load);
    if (fetch != kNever) {
      fetch = channel_.grant(fetch);
      if (front_end_.ended_by(fetch)) {
        front_end_.stop();
      } else if (fetch <= load_grant) {
        issue(fetch, front_end_.burst(), moved);
        front_end_.granted(fetch, moved.data());
        return true;
      }
    }
    if (load_grant == kNever) return false;
    issue(load_grant, load_.burst(), moved);
    load_.granted(load_grant, moved.data());
    return true;
  }

  void issue(Cycles granted, const BusBurst& burst, Beats& moved) {
    channel_.issue(granted, burst, moved.data());
    if (record_ == nullptr) return;
    for (unsigned i = 0; i < burst.beats; ++i) add_beat(record_->read_beats, moved[i]);
  }

  // END is taken when it is at the head, every command is done and every fetch burst has arrived.
  [[nodiscard]] Cycles end() const {
    const JobTimes& times = job_.times;
    if (times.end_move == kNever) return kNever;
    Cycles end = std::max(times.end_move + job_.latencies.move_to_head,
                          front_end_.last_beat() + job_.latencies.fetch_beat_to_end);
    for (std::size_t e = 0; e < kEngineCount; ++e) {
      if (job_.stream.first[e] == job_.stream.first[e + 1]) continue;
      const Cycles done = times.done[job_.stream.first[e + 1] - 1];
      if (done == kNever) return kNever;
      end = std::max(end, done + job_.latencies.done_to_end);
    }
    return end;
  }

  JobContext job_;
  JobRecord* record_;
  ReadChannel<Bus> channel_;
  FrontEnd front_end_;
  LoadDma load_;
  MatrixUnit matrix_;
  VectorUnit vector_;
  StoreDma<Bus> store_;
};

}  // namespace systolite::fast
