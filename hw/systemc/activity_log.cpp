// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/activity_log.h"

#include <algorithm>
#include <utility>

namespace systolite::sc {
namespace {

// The spans up to `end`.
std::vector<BeatSpan> cut(const std::vector<BeatSpan>& spans, Cycles end) {
  std::vector<BeatSpan> result;
  result.reserve(spans.size());
  for (const BeatSpan& span : spans) {
    if (span.from >= end) break;
    result.push_back({span.from, std::min(span.to, end)});
  }
  return result;
}

std::uint64_t beats(const std::vector<BeatSpan>& spans, Cycles from, Cycles to) {
  std::uint64_t count = 0;
  for (const BeatSpan& span : spans) {
    const Cycles begin = std::max(span.from, from);
    const Cycles end = std::min(span.to, to);
    if (begin < end) count += end - begin;
  }
  return count;
}

std::uint64_t events(const std::vector<Cycles>& cycles, Cycles from, Cycles to) {
  return static_cast<std::uint64_t>(std::ranges::lower_bound(cycles, to) - std::ranges::lower_bound(cycles, from));
}

// Two lists of spans, none of which overlap, as one.
std::vector<BeatSpan> merged(const std::vector<BeatSpan>& a, const std::vector<BeatSpan>& b) {
  std::vector<BeatSpan> sorted(a.size() + b.size());
  std::ranges::merge(a, b, sorted.begin(), {}, &BeatSpan::from, &BeatSpan::from);
  std::vector<BeatSpan> result;
  for (const BeatSpan& span : sorted) {
    if (!result.empty() && result.back().to == span.from) {
      result.back().to = span.to;
    } else {
      result.push_back(span);
    }
  }
  return result;
}

std::vector<Cycles> before(const std::vector<Cycles>& cycles, Cycles end) {
  return {cycles.begin(), std::ranges::lower_bound(cycles, end)};
}

}  // namespace

void ActivityLog::start_job(Cycles since_reset) {
  *this = ActivityLog{};
  start_ = since_reset;
  for (Unit& unit : units_) {
    unit.own.push_back({0, isa::State::kIdle});
    unit.queue.push_back({0, isa::State::kIdle});
  }
  trace_end_ = kNever;
  has_trace_ = true;
}

void ActivityLog::set(StateChanges& changes, Cycles from, isa::State state) {
  if (!changes.empty() && changes.back().from >= from) changes.pop_back();
  if (changes.empty() || changes.back().state != state) changes.push_back({from, state});
}

void ActivityLog::extend(std::vector<BeatSpan>& spans, Cycles cycle) {
  if (!spans.empty() && spans.back().to == cycle) {
    ++spans.back().to;
  } else {
    spans.push_back({cycle, cycle + 1});
  }
}

const std::vector<BeatSpan>* ActivityLog::beats_of(int unit) const noexcept {
  if (unit == static_cast<int>(isa::Engine::kLd)) return &load_beats_;
  if (unit == static_cast<int>(isa::Engine::kSt)) return &write_beats_;
  return nullptr;
}

// Calls visit(state, from, to) for pieces that cover [0, end) without gaps, in order.
template <typename Visit>
void ActivityLog::visit_states(int unit, Cycles end, Visit visit) const {
  const Unit& tracks = units_[index(unit)];
  const std::vector<BeatSpan>* beats = beats_of(unit);
  std::size_t own = 0;
  std::size_t queue = 0;
  std::size_t beat = 0;
  const auto until = [](const StateChanges& changes, std::size_t i) {
    return i + 1 < changes.size() ? changes[i + 1].from : kNever;
  };
  for (Cycles now = 0; now < end;) {
    while (until(tracks.own, own) <= now) ++own;
    while (until(tracks.queue, queue) <= now) ++queue;
    Cycles next = std::min({end, until(tracks.own, own), until(tracks.queue, queue)});
    isa::State state = tracks.own[own].state;
    if (state == isa::State::kIdle) state = tracks.queue[queue].state;
    if (beats != nullptr && now < tracks.beats_end) {
      next = std::min(next, tracks.beats_end);
      while (beat < beats->size() && (*beats)[beat].to + 1 <= now) ++beat;
      if (beat < beats->size()) {
        const BeatSpan& span = (*beats)[beat];
        if (span.from + 1 <= now) {
          state = isa::State::kBusy;
          next = std::min(next, span.to + 1);
        } else {
          next = std::min(next, span.from + 1);
        }
      }
    }
    visit(state, now, next);
    now = next;
  }
}

Trace ActivityLog::take_trace(Cycles now) {
  Trace trace;
  if (!std::exchange(has_trace_, false)) return trace;
  trace.start = start_;
  const Cycles end = std::min(trace_end_, now);
  if (end == 0) return trace;
  trace.cycles = end;
  for (int unit = 0; unit < kUnitCount; ++unit) {
    std::vector<StateSpan>& spans = trace.states[index(unit)];
    visit_states(unit, end, [&spans](isa::State state, Cycles from, Cycles to) {
      if (!spans.empty() && spans.back().state == state) {
        spans.back().to = to;
      } else {
        spans.push_back({state, from, to});
      }
    });
  }
  for (std::size_t engine = 0; engine < kEngineCount; ++engine) {
    trace.pop_cycles[engine] = before(pops_[engine], end);
    trace.done_cycles[engine] = before(dones_[engine], end);
  }
  trace.traffic = {.fetch_beats = beats(fetch_beats_, 0, end),
                   .load_beats = beats(load_beats_, 0, end),
                   .write_beats = beats(write_beats_, 0, end)};
  trace.fetch_beats = cut(fetch_beats_, end);
  trace.read_beats = merged(trace.fetch_beats, cut(load_beats_, end));
  trace.write_beats = cut(write_beats_, end);
  return trace;
}

ActivityCounts ActivityLog::counts(Cycles from, Cycles to) const {
  ActivityCounts counts;
  counts.commands = events(dispatches_, from, to);
  for (int engine = 0; engine < kEngineCount; ++engine) {
    if (units_[index(engine)].own.empty()) continue;  // no job so far
    visit_states(engine, to, [&](isa::State state, Cycles begin, Cycles end) {
      if (state == isa::State::kBusy && end > from) counts.busy[index(engine)] += end - std::max(begin, from);
    });
  }
  counts.read_beats = beats(fetch_beats_, from, to) + beats(load_beats_, from, to);
  counts.write_beats = beats(write_beats_, from, to);
  return counts;
}

}  // namespace systolite::sc
