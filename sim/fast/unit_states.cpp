// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/unit_states.h"

#include <algorithm>

#include "sim/fast/job_context.h"

namespace systolite::fast {
namespace {

constexpr std::array<isa::State, kEngineCount> kWaitStates = {
    isa::State::kWaitLd, isa::State::kWaitWl, isa::State::kWaitMm, isa::State::kWaitVec, isa::State::kWaitSt};

// Both take the states of one unit in the order of time, without gaps, and ignore what lies behind the end.
class BucketSink {
 public:
  BucketSink(std::array<Cycles, kStateCount>& buckets, Cycles end) : buckets_(buckets), end_(end) {}
  // The unit is in `state` from now until `to`.
  void until(isa::State state, Cycles to) {
    to = std::min(to, end_);
    if (to <= now_) return;
    buckets_[static_cast<std::size_t>(state)] += to - now_;
    now_ = to;
  }
  [[nodiscard]] Cycles now() const noexcept { return now_; }
  [[nodiscard]] bool full() const noexcept { return now_ == end_; }

 private:
  std::array<Cycles, kStateCount>& buckets_;
  Cycles end_;
  Cycles now_ = 0;
};

class SpanSink {
 public:
  SpanSink(std::vector<StateSpan>& spans, Cycles end) : spans_(spans), end_(end) {}
  void until(isa::State state, Cycles to) {
    to = std::min(to, end_);
    if (to <= now_) return;
    if (!spans_.empty() && spans_.back().state == state) {
      spans_.back().to = to;
    } else {
      spans_.push_back({state, now_, to});
    }
    now_ = to;
  }
  [[nodiscard]] Cycles now() const noexcept { return now_; }
  [[nodiscard]] bool full() const noexcept { return now_ == end_; }

 private:
  std::vector<StateSpan>& spans_;
  Cycles end_;
  Cycles now_ = 0;
};

class StateBuilder {
 public:
  StateBuilder(const PreparedStream& stream, const Latencies& latencies, const JobTimes& times)
      : stream_(stream), latencies_(latencies), times_(times) {}

  // `record` may be nullptr for a sink that does not care when in a command a beat or tile moves.
  template <typename Sink>
  void load(Sink& sink, const JobRecord* record) const {
    dma(sink, kLd, stream_.loads, record == nullptr ? nullptr : &record->load_beats);
  }
  template <typename Sink>
  void store(Sink& sink, const JobRecord* record) const {
    dma(sink, kSt, stream_.stores, record == nullptr ? nullptr : &record->write_beats);
  }

  template <typename Sink>
  void vector(Sink& sink) const {
    for (std::uint32_t i = 0; i < stream_.vectors.size(); ++i) {
      const Slot slot = stream_.first[kVec] + i;
      queue(sink, slot, stream_.vectors[i].header);
      sink.until(isa::State::kBusy, times_.done[slot] + 1);
    }
    sink.until(isa::State::kIdle, kUnknown);
  }

  template <typename Sink>
  void weights(Sink& sink, const JobRecord* record) const {
    std::size_t tile = 0;
    for (std::uint32_t i = 0; i < stream_.weights.size(); ++i) {
      const WeightCommand& command = stream_.weights[i];
      const Slot slot = stream_.first[kWl] + i;
      queue(sink, slot, command.header);
      const Cycles end = times_.done[slot] - latencies_.last_row_to_done + 1;
      if (record == nullptr) {
        const Cycles rows = command.rows * latencies_.row_to_row;
        sink.until(isa::State::kWaitShadow, end - std::min(rows, end - sink.now()));
        sink.until(isa::State::kBusy, end);
      } else {
        for (std::uint32_t n = 0; n < command.tiles && !sink.full(); ++n, ++tile) {
          const TileTimes times = tile_times(*record, tile);
          sink.until(isa::State::kWaitShadow, times.first_row);
          sink.until(isa::State::kBusy, times.first_row + (times.rows - 1) * latencies_.row_to_row + 1);
        }
      }
    }
    sink.until(isa::State::kIdle, kUnknown);
  }

  template <typename Sink>
  void matrix(Sink& sink, const JobRecord* record) const {
    std::size_t tile = 0;
    for (std::uint32_t i = 0; i < stream_.matrices.size(); ++i) {
      const MatrixCommand& command = stream_.matrices[i];
      const Slot slot = stream_.first[kMm] + i;
      queue(sink, slot, command.header);
      if (command.header.is_cfg) {
        sink.until(isa::State::kBusy, times_.pop[slot] + latencies_.matrix_cfg_to_busy + 1);
        continue;
      }
      sink.until(isa::State::kDrain, times_.enter[i]);
      sink.until(isa::State::kBusy, times_.enter[i] + 1);
      if (record == nullptr) {
        const Cycles end = times_.end[i] + 1;
        const Cycles steps = (command.steps - 1) * command.step_cycles + command.last_step_cycles;
        sink.until(isa::State::kWaitWeights, end - std::min(steps, end - sink.now()));
        sink.until(isa::State::kBusy, end);
      } else {
        for (std::uint32_t n = 0; n < command.steps && !sink.full(); ++n, ++tile) {
          const Cycles start = tile_times(*record, tile).take + latencies_.take_to_step;
          sink.until(isa::State::kWaitWeights, start);
          sink.until(isa::State::kBusy,
                     start + (n + 1 == command.steps ? command.last_step_cycles : command.step_cycles));
        }
      }
    }
    sink.until(isa::State::kIdle, kUnknown);
  }

  template <typename Sink>
  void front_end(Sink& sink, const JobRecord* record) const {
    sink.until(isa::State::kBusy, 1);
    if (record == nullptr) {
      const Cycles ended = times_.end_move + latencies_.move_to_head;
      const Cycles dispatches = stream_.slots();
      sink.until(isa::State::kQueueFull, 1 + times_.queue_full);
      sink.until(isa::State::kBusy, sink.now() + dispatches);
      sink.until(isa::State::kWaitMemory, ended);
    } else {
      std::array<Slot, kEngineCount> slot{};
      std::copy_n(stream_.first.begin(), kEngineCount, slot.begin());
      for (std::size_t k = 0; k < record->moves.size(); ++k) {
        sink.until(isa::State::kWaitMemory, record->moves[k] + latencies_.move_to_head);
        const Dispatch what = stream_.dispatch[k];
        if (what >= Dispatch::kEnd || k == record->damaged) break;
        const Cycles dispatched = times_.push[slot[static_cast<std::size_t>(what)]++];
        sink.until(isa::State::kQueueFull, dispatched);
        sink.until(isa::State::kBusy, dispatched + 1);
      }
    }
    // Without END at the head: the stream goes on, or the job has been stopped by what is at the head.
    if (times_.end_move == kUnknown) sink.until(isa::State::kWaitMemory, kUnknown);
    sink.until(isa::State::kWaitEngines, times_.end_taken);
    sink.until(isa::State::kBusy, times_.end_taken + 1);
    sink.until(isa::State::kIdle, kUnknown);
  }

 private:
  static TileTimes tile_times(const JobRecord& record, std::size_t tile) {
    return tile < record.tiles.size() ? record.tiles[tile] : TileTimes{kUnknown, kUnknown, 1};
  }

  // The cycles before and of a pop in which the engine has nothing of its own to show.
  template <typename Sink>
  void queue(Sink& sink, Slot slot, const CommandHeader& header) const {
    const Cycles end = times_.pop[slot] + 1;
    if (end <= sink.now()) return;
    sink.until(isa::State::kIdle, times_.push[slot] + latencies_.dispatch_to_pop);
    for (std::uint32_t i = header.first_giver; i < header.first_giver + header.waits; ++i) {
      const Slot giver = stream_.givers[i];
      const Cycles from = times_.done[giver] + latencies_.done_to_token;
      if (from <= sink.now()) continue;
      const auto engine =
          std::upper_bound(stream_.first.begin(), stream_.first.end(), giver) - stream_.first.begin() - 1;
      sink.until(kWaitStates[static_cast<std::size_t>(engine)], from);
    }
    sink.until(isa::State::kBusy, end);
  }

  template <typename Sink>
  void dma(Sink& sink, std::size_t engine, const std::vector<DmaCommand>& commands,
           const std::vector<BeatSpan>* beats) const {
    std::size_t beat = 0;
    for (std::uint32_t i = 0; i < commands.size(); ++i) {
      const Slot slot = stream_.first[engine] + i;
      queue(sink, slot, commands[i].header);
      const Cycles end = times_.done[slot] + 1;
      if (beats != nullptr) {
        for (; beat < beats->size(); ++beat) {
          const BeatSpan& span = (*beats)[beat];
          if (span.from + latencies_.beat_to_busy >= end) break;
          sink.until(isa::State::kWaitMemory, span.from + latencies_.beat_to_busy);
          sink.until(isa::State::kBusy, std::min(end, span.to + latencies_.beat_to_busy));
          if (span.to + latencies_.beat_to_busy > end) break;
        }
      }
      sink.until(isa::State::kWaitMemory, end);
    }
    sink.until(isa::State::kIdle, kUnknown);
  }

  const PreparedStream& stream_;
  const Latencies& latencies_;
  const JobTimes& times_;
};

}  // namespace

StateBuckets state_buckets(const PreparedStream& stream, const Latencies& latencies, const JobTimes& times,
                           Cycles cycles) {
  StateBuckets buckets{};
  const StateBuilder builder(stream, latencies, times);
  const auto fill = [&](std::size_t unit, const auto& build) {
    BucketSink sink(buckets[unit], cycles);
    build(sink);
  };
  fill(kLd, [&](BucketSink& sink) { builder.load(sink, nullptr); });
  fill(kWl, [&](BucketSink& sink) { builder.weights(sink, nullptr); });
  fill(kMm, [&](BucketSink& sink) { builder.matrix(sink, nullptr); });
  fill(kVec, [&](BucketSink& sink) { builder.vector(sink); });
  fill(kSt, [&](BucketSink& sink) { builder.store(sink, nullptr); });
  fill(kFe, [&](BucketSink& sink) { builder.front_end(sink, nullptr); });
  // Every beat makes one cycle busy that would wait for memory.
  const auto beats = [&](std::size_t unit, Cycles count) {
    buckets[unit][static_cast<std::size_t>(isa::State::kBusy)] += count;
    buckets[unit][static_cast<std::size_t>(isa::State::kWaitMemory)] -= count;
  };
  beats(kLd, times.traffic.load_beats);
  beats(kSt, times.traffic.write_beats);
  return buckets;
}

std::array<std::vector<StateSpan>, kUnitCount> state_spans(const PreparedStream& stream, const Latencies& latencies,
                                                           const JobTimes& times, const JobRecord& record,
                                                           Cycles until) {
  std::array<std::vector<StateSpan>, kUnitCount> spans;
  const StateBuilder builder(stream, latencies, times);
  const auto fill = [&](std::size_t unit, const auto& build) {
    SpanSink sink(spans[unit], until);
    build(sink);
  };
  fill(kLd, [&](SpanSink& sink) { builder.load(sink, &record); });
  fill(kWl, [&](SpanSink& sink) { builder.weights(sink, &record); });
  fill(kMm, [&](SpanSink& sink) { builder.matrix(sink, &record); });
  fill(kVec, [&](SpanSink& sink) { builder.vector(sink); });
  fill(kSt, [&](SpanSink& sink) { builder.store(sink, &record); });
  fill(kFe, [&](SpanSink& sink) { builder.front_end(sink, &record); });
  return spans;
}

}  // namespace systolite::fast
