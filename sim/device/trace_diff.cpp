// SPDX-License-Identifier: Apache-2.0
#include "sim/device/trace_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/device/command_index.h"

namespace systolite {
namespace {

constexpr int kFrontEnd = kEngineCount;
constexpr int kLd = static_cast<int>(isa::Engine::kLd);
constexpr int kSt = static_cast<int>(isa::Engine::kSt);

// A difference before its command is looked up: `nth` of the commands of the unit.
struct Candidate {
  Cycles cycle;
  TraceEvent event;
  int unit;
  std::optional<std::size_t> nth;
  [[nodiscard]] auto rank() const { return std::tuple(cycle, event, unit); }
};

// Spans as a function of time: what `value` says of the span a cycle lies in, nothing outside.
template <typename Span, typename Value>
std::optional<Cycles> first_apart(const std::vector<Span>& a, const std::vector<Span>& b, Cycles limit, Value value) {
  auto at_a = a.begin();
  auto at_b = b.begin();
  Cycles now = 0;
  Cycles next = 0;
  const auto look = [&](auto& at, const auto& end) {
    while (at != end && at->to <= now) ++at;
    if (at == end) return -1;
    const bool inside = at->from <= now;
    next = std::min(next, inside ? at->to : at->from);
    return inside ? value(*at) : -1;
  };
  for (; now < limit; now = next) {
    next = limit;
    const int in_a = look(at_a, a.end());
    const int in_b = look(at_b, b.end());
    if (in_a != in_b) return now;
  }
  return std::nullopt;
}

std::optional<Cycles> first_apart(const std::vector<BeatSpan>& a, const std::vector<BeatSpan>& b, Cycles limit) {
  return first_apart(a, b, limit, [](const BeatSpan&) { return 1; });
}

bool holds(const std::vector<BeatSpan>& spans, Cycles cycle) {
  const auto span = std::ranges::upper_bound(spans, cycle, {}, &BeatSpan::to);
  return span != spans.end() && span->from <= cycle;
}

std::optional<isa::State> state_at(const std::vector<StateSpan>& spans, Cycles cycle) {
  const auto span = std::ranges::upper_bound(spans, cycle, {}, &StateSpan::to);
  if (span == spans.end() || span->from > cycle) return std::nullopt;
  return span->state;
}

std::optional<Cycles> nth_of(const std::vector<Cycles>& events, std::size_t nth) {
  return nth < events.size() ? std::optional(events[nth]) : std::nullopt;
}

std::size_t count_until(const std::vector<Cycles>& events, Cycles last) {
  return static_cast<std::size_t>(std::ranges::upper_bound(events, last) - events.begin());
}

// Which of its commands an engine is about in a cycle: the one it works on, or the one it could take next.
std::size_t command_in(const Trace& trace, std::size_t engine, Cycles cycle) {
  const std::size_t popped = count_until(trace.pop_cycles[engine], cycle);
  const std::optional<isa::State> state = state_at(trace.states[engine], cycle);
  const bool next = popped == 0 || !state || *state == isa::State::kIdle ||
                    (*state >= isa::State::kWaitLd && *state <= isa::State::kWaitSt);
  return next ? popped : popped - 1;
}

// The oldest command of an engine that has not completed before the cycle.
std::size_t oldest_in(const Trace& trace, std::size_t engine, Cycles cycle) {
  return cycle == 0 ? 0 : count_until(trace.done_cycles[engine], cycle - 1);
}

class Comparison {
 public:
  Comparison(const Trace& a, const Trace& b) : a_(a), b_(b), common_(std::min(a.cycles, b.cycles)) {}

  std::optional<Candidate> first() {
    for (int engine = 0; engine < kEngineCount; ++engine) {
      const auto e = static_cast<std::size_t>(engine);
      add_events(TraceEvent::kPop, engine, a_.pop_cycles[e], b_.pop_cycles[e]);
      add_events(TraceEvent::kDone, engine, a_.done_cycles[e], b_.done_cycles[e]);
    }
    for (int unit = 0; unit < kUnitCount; ++unit) add_states(unit);
    add_beats();
    if (a_.cycles != b_.cycles) add({common_, TraceEvent::kEnd, kFrontEnd, std::nullopt});
    if (!(a_.traffic == b_.traffic)) {
      add({std::max(a_.cycles, b_.cycles), TraceEvent::kTraffic, kFrontEnd, std::nullopt});
    }
    return first_;
  }

 private:
  void add(const Candidate& candidate) {
    if (!first_ || candidate.rank() < first_->rank()) first_ = candidate;
  }

  void add_events(TraceEvent event, int engine, const std::vector<Cycles>& a, const std::vector<Cycles>& b) {
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    if (in_a == a.end() && in_b == b.end()) return;
    const auto nth = static_cast<std::size_t>(in_a - a.begin());
    Cycles cycle = ~Cycles{0};
    if (in_a != a.end()) cycle = std::min(cycle, *in_a);
    if (in_b != b.end()) cycle = std::min(cycle, *in_b);
    add({cycle, event, engine, nth});
  }

  void add_states(int unit) {
    const auto u = static_cast<std::size_t>(unit);
    const auto cycle = first_apart(a_.states[u], b_.states[u], common_,
                                   [](const StateSpan& span) { return static_cast<int>(span.state); });
    if (!cycle) return;
    std::optional<std::size_t> nth;
    if (unit != kFrontEnd) nth = std::min(command_in(a_, u, *cycle), command_in(b_, u, *cycle));
    add({*cycle, TraceEvent::kState, unit, nth});
  }

  void add_beats() {
    // Reads that are not fetches are loads, so a fetch beat in one trace and a load beat in the other shows as
    // kFetchBeat.
    if (const auto cycle = first_apart(a_.fetch_beats, b_.fetch_beats, common_))
      add({*cycle, TraceEvent::kFetchBeat, kFrontEnd, std::nullopt});
    add_dma(TraceEvent::kLoadBeat, kLd, a_.read_beats, b_.read_beats);
    add_dma(TraceEvent::kWriteBeat, kSt, a_.write_beats, b_.write_beats);
  }

  void add_dma(TraceEvent event, int engine, const std::vector<BeatSpan>& a, const std::vector<BeatSpan>& b) {
    const auto cycle = first_apart(a, b, common_);
    if (!cycle) return;
    const auto e = static_cast<std::size_t>(engine);
    add({*cycle, event, engine, std::min(oldest_in(a_, e, *cycle), oldest_in(b_, e, *cycle))});
  }

  const Trace& a_;
  const Trace& b_;
  Cycles common_;
  std::optional<Candidate> first_;
};

TraceSide side_of(const Trace& trace, const Candidate& at) {
  TraceSide side;
  const auto unit = static_cast<std::size_t>(at.unit);
  side.state = state_at(trace.states[unit], at.cycle);
  if (at.nth) {
    side.pop = nth_of(trace.pop_cycles[unit], *at.nth);
    side.done = nth_of(trace.done_cycles[unit], *at.nth);
  }
  return side;
}

std::string unit_text(int unit) {
  if (unit == kFrontEnd) return "front end";
  return fmt::format("engine {}", isa::name(static_cast<isa::Engine>(unit)));
}

std::string state_text(const std::optional<isa::State>& state) {
  return state ? std::string(isa::name(*state)) : std::string("nothing");
}

std::string cycle_text(const std::optional<Cycles>& cycle) {
  return cycle ? fmt::format("in cycle {}", *cycle) : std::string("never");
}

std::string what_text(const TraceDifference& d, const Trace& a, const Trace& b, std::string_view name_a,
                      std::string_view name_b) {
  const auto either = [&](std::string_view what, const std::string& of_a, const std::string& of_b) {
    return fmt::format("{}: {} {}, {} {}", what, name_a, of_a, name_b, of_b);
  };
  const auto beat = [&](std::string_view what, const std::vector<BeatSpan>& in_a) {
    const bool moved_a = holds(in_a, d.cycle);
    return fmt::format("{} moves a {} beat, {} does not", moved_a ? name_a : name_b, what, moved_a ? name_b : name_a);
  };
  switch (d.event) {
    case TraceEvent::kPop:
      return either("started", cycle_text(d.a.pop), cycle_text(d.b.pop));
    case TraceEvent::kDone:
      return either("completed", cycle_text(d.a.done), cycle_text(d.b.done));
    case TraceEvent::kState:
      return fmt::format("{} {}, {} {}", name_a, state_text(d.a.state), name_b, state_text(d.b.state));
    case TraceEvent::kFetchBeat:
      return beat("fetch", a.fetch_beats);
    case TraceEvent::kLoadBeat:
      return beat("load", a.read_beats);
    case TraceEvent::kWriteBeat:
      return beat("write", a.write_beats);
    case TraceEvent::kEnd:
      return either("job ended", fmt::format("after {} cycles", a.cycles), fmt::format("after {} cycles", b.cycles));
    case TraceEvent::kTraffic: {
      const auto beats = [](const BusTraffic& t) {
        return fmt::format("{} fetch, {} load, {} write", t.fetch_beats, t.load_beats, t.write_beats);
      };
      return either("beats in total", beats(a.traffic), beats(b.traffic));
    }
  }
  return {};
}

std::string states_line(std::string_view name, const Trace& trace, Cycles cycle) {
  std::string line = fmt::format("\n  {:<12}", name);
  for (const auto& spans : trace.states) line += fmt::format(" {:<13}", state_text(state_at(spans, cycle)));
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string_view name(TraceEvent event) noexcept {
  switch (event) {
    case TraceEvent::kPop:
      return "pop";
    case TraceEvent::kDone:
      return "done";
    case TraceEvent::kState:
      return "state";
    case TraceEvent::kFetchBeat:
      return "fetch beat";
    case TraceEvent::kLoadBeat:
      return "load beat";
    case TraceEvent::kWriteBeat:
      return "write beat";
    case TraceEvent::kEnd:
      return "end";
    case TraceEvent::kTraffic:
      return "traffic";
  }
  return "unknown";
}

std::optional<TraceDifference> first_difference(const Trace& a, const Trace& b, std::span<const isa::Command> stream) {
  const std::optional<Candidate> first = Comparison(a, b).first();
  if (!first) return std::nullopt;
  TraceDifference difference{first->event, first->cycle,       first->unit,
                             std::nullopt, side_of(a, *first), side_of(b, *first)};
  if (first->nth) {
    const EngineCommands commands = commands_by_engine(stream);
    const std::vector<std::uint32_t>& of_unit = commands[static_cast<std::size_t>(first->unit)];
    if (*first->nth < of_unit.size()) difference.command = of_unit[*first->nth];
  }
  return difference;
}

std::string describe(const TraceDifference& difference, const Trace& a, const Trace& b,
                     std::span<const isa::Command> stream, std::string_view name_a, std::string_view name_b) {
  const TraceDifference& d = difference;
  const std::string command =
      d.command ? fmt::format(", command {} ({})", *d.command, isa::to_text(stream[*d.command])) : std::string();
  std::string text = fmt::format("first difference: cycle {}{}, {}: {}", d.cycle, command, unit_text(d.unit),
                                 what_text(d, a, b, name_a, name_b));
  if (d.command) {
    const auto life = [](const TraceSide& side) {
      return fmt::format("started {}, completed {}", cycle_text(side.pop), cycle_text(side.done));
    };
    text += fmt::format("\n  command {}: {} {}; {} {}", *d.command, name_a, life(d.a), name_b, life(d.b));
  }
  text += fmt::format("\n  {:<12}", fmt::format("cycle {}", d.cycle));
  for (int unit = 0; unit < kUnitCount; ++unit)
    text += fmt::format(" {:<13}", isa::name(static_cast<isa::Engine>(unit)));
  text.erase(text.find_last_not_of(' ') + 1);
  text += states_line(name_a, a, d.cycle) + states_line(name_b, b, d.cycle);
  text += fmt::format("\n  job: {} {} cycles, {} {} cycles", name_a, a.cycles, name_b, b.cycles);
  return text;
}

}  // namespace systolite
