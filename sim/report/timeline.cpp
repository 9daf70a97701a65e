// SPDX-License-Identifier: Apache-2.0
#include "sim/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/report/command_work.h"
#include "sim/report/state_cycles.h"
#include "sim/report/trace_events.h"

namespace systolite {
namespace {

using Json = TraceEvents::Json;

constexpr int kNetwork = 1;
constexpr int kAccelerator = 2;
constexpr int kPorts = 3;
constexpr TraceTrack kLayers{kNetwork, 1};
constexpr TraceTrack kJobs{kNetwork, 2};
constexpr TraceTrack kCpu{kNetwork, 3};
constexpr TraceTrack kFrontEnd{kAccelerator, 1};
constexpr TraceTrack kFetch{kPorts, 1};
constexpr TraceTrack kLoad{kPorts, 2};
constexpr TraceTrack kWrite{kPorts, 3};
constexpr Cycles kCounterCycles = 64;  // one value of the bus counters

TraceTrack engine_track(std::size_t engine) { return {kAccelerator, 2 + static_cast<int>(engine)}; }

bool waits_for_token(isa::State state) { return state >= isa::State::kWaitLd && state <= isa::State::kWaitSt; }

// Cycles in which an engine is at a command.
bool is_work(isa::State state) { return state != isa::State::kIdle && !waits_for_token(state); }

std::vector<BeatSpan> without(const std::vector<BeatSpan>& spans, const std::vector<BeatSpan>& removed) {
  std::vector<BeatSpan> rest;
  auto hole = removed.begin();
  for (const BeatSpan& span : spans) {
    Cycles from = span.from;
    while (hole != removed.end() && hole->to <= from) ++hole;
    for (; hole != removed.end() && hole->from < span.to; ++hole) {
      if (from < hole->from) rest.push_back({from, hole->from});
      from = hole->to;
      if (hole->to >= span.to) break;
    }
    if (from < span.to) rest.push_back({from, span.to});
  }
  return rest;
}

// The part of the spans inside [from, to).
std::vector<StateSpan> pieces_of(const std::vector<StateSpan>& spans, Cycles from, Cycles to) {
  std::vector<StateSpan> pieces;
  if (from >= to) return pieces;
  auto span = std::ranges::lower_bound(spans, from + 1, {}, &StateSpan::to);
  for (; span != spans.end() && span->from < to; ++span)
    pieces.push_back({span->state, std::max(span->from, from), std::min(span->to, to)});
  return pieces;
}

class JobTimeline {
 public:
  JobTimeline(TraceEvents& events, const Graph& graph, const Program& program, const HwConfig& hw, Cycles offset)
      : events_(events), graph_(graph), program_(program), hw_(hw), offset_(offset) {}

  void add(const JobStep& job, const Trace& trace, std::size_t number) {
    events_.slice(kJobs, offset_, offset_ + trace.cycles, fmt::format("job {}", number), "job",
                  {{"commands", job.commands.size()}});
    for (const LayerWindow& window : layer_windows(job, trace, hw_)) add_layer(window);
    const auto work = command_work(job, trace, hw_);
    for (std::size_t engine = 0; engine < kEngineCount; ++engine) add_engine(job, trace, engine, work[engine]);
    for (const StateSpan& span : trace.states[kEngineCount]) {
      if (span.state != isa::State::kIdle) add_state(kFrontEnd, span, "front_end");
    }
    add_beats(kFetch, "fetch", trace.fetch_beats);
    add_beats(kLoad, "load", without(trace.read_beats, trace.fetch_beats));
    add_beats(kWrite, "write", trace.write_beats);
    add_counters(trace);
  }

 private:
  [[nodiscard]] const Op& op(int index) const { return graph_.ops[static_cast<std::size_t>(index)]; }

  void add_layer(const LayerWindow& window) {
    const Op& layer = op(window.op);
    events_.slice(kLayers, offset_ + window.from, offset_ + window.to, fmt::format("{} {}", window.op, layer.type),
                  "layer",
                  {{"operator", window.op},
                   {"op", layer.type},
                   {"name", layer.name},
                   {"where", name(program_.layers.at(static_cast<std::size_t>(window.op)).where)},
                   {"macs", macs(graph_, layer)}});
  }

  void add_state(TraceTrack track, const StateSpan& span, const char* category, Json arguments = Json::object()) {
    events_.slice(track, offset_ + span.from, offset_ + span.to, std::string(isa::name(span.state)), category,
                  std::move(arguments));
  }

  // What is known of a command, for a slice of its work or a wait of it.
  [[nodiscard]] Json arguments(const JobStep& job, std::uint32_t command) const {
    Json json = {{"command", command}, {"text", isa::to_text(job.commands[command])}};
    const int index = job.op_of_command[command];
    if (index >= 0) {
      json["operator"] = index;
      json["op"] = op(index).type;
      json["name"] = op(index).name;
    }
    return json;
  }

  [[nodiscard]] std::string title(const JobStep& job, std::uint32_t command) const {
    const auto opcode = isa::name(*isa::opcode_of(job.commands[command]));
    const int index = job.op_of_command[command];
    return index < 0 ? std::string(opcode) : fmt::format("{} {} {}", opcode, index, op(index).type);
  }

  // A slice for the work of each command, inside it a slice for each stall, and between them one for each wait for a
  // token.
  void add_engine(const JobStep& job, const Trace& trace, std::size_t engine,
                  const std::vector<CommandWork>& commands) {
    const TraceTrack track = engine_track(engine);
    const std::vector<StateSpan>& spans = trace.states[engine];
    Cycles now = 0;
    for (const CommandWork& work : commands) {
      const std::vector<StateSpan> pieces = pieces_of(spans, work.from, work.to);
      const auto works = [](const StateSpan& piece) { return is_work(piece.state); };
      const auto first = std::ranges::find_if(pieces, works);
      Json about = arguments(job, work.command);
      if (first == pieces.end()) {
        about["popped"] = offset_ + work.pop;
        about["completed"] = offset_ + work.done;
        events_.instant(track, offset_ + work.pop, title(job, work.command), "command", std::move(about));
        continue;
      }
      add_between(track, spans, now, first->from, about);
      const auto last = std::find_if(pieces.rbegin(), pieces.rend(), works).base();
      now = (last - 1)->to;
      about["popped"] = offset_ + work.pop;
      about["completed"] = offset_ + work.done;
      events_.slice(track, offset_ + first->from, offset_ + now, title(job, work.command), "work", std::move(about));
      for (auto piece = first; piece != last; ++piece) {
        if (piece->state != isa::State::kBusy) add_state(track, *piece, "stall", {{"command", work.command}});
      }
    }
    add_between(track, spans, now, trace.cycles, Json::object());
  }

  // Cycles in which no command is at work: mostly the next one's wait for a token.
  void add_between(TraceTrack track, const std::vector<StateSpan>& spans, Cycles from, Cycles to, const Json& next) {
    for (const StateSpan& piece : pieces_of(spans, from, to)) {
      if (piece.state == isa::State::kIdle) continue;
      add_state(track, piece, piece.state == isa::State::kBusy ? "work" : "stall", next);
    }
  }

  void add_beats(TraceTrack track, const char* what, const std::vector<BeatSpan>& spans) {
    for (const BeatSpan& span : spans) {
      const Cycles beats = span.to - span.from;
      events_.slice(track, offset_ + span.from, offset_ + span.to, what, "beats",
                    {{"beats", beats}, {"bytes", beats * static_cast<Cycles>(hw_.dma.bus_bytes())}});
    }
  }

  void add_counters(const Trace& trace) {
    for (Cycles from = 0; from < trace.cycles; from += kCounterCycles) {
      const Cycles to = std::min(from + kCounterCycles, trace.cycles);
      const auto rate = [&](const std::vector<BeatSpan>& spans) {
        return static_cast<double>(beats_in(spans, from, to)) / static_cast<double>(to - from);
      };
      events_.counter(kPorts, offset_ + from, offset_ + to, "beats per cycle",
                      {{"read", rate(trace.read_beats)}, {"write", rate(trace.write_beats)}});
    }
    events_.counter(kPorts, offset_ + trace.cycles, offset_ + trace.cycles, "beats per cycle",
                    {{"read", 0.0}, {"write", 0.0}});
  }

  TraceEvents& events_;
  const Graph& graph_;
  const Program& program_;
  const HwConfig& hw_;
  Cycles offset_;
};

void name_tracks(TraceEvents& events) {
  events.name_group(kNetwork, "network");
  events.name_track(kLayers, "layers");
  events.name_track(kJobs, "jobs");
  events.name_track(kCpu, "cpu (not timed)");
  events.name_group(kAccelerator, "accelerator");
  events.name_track(kFrontEnd, "fe: front end");
  constexpr std::array<const char*, kEngineCount> kNames = {"ld: load DMA", "wl: weight load", "mm: matrix",
                                                            "vec: vector", "st: store DMA"};
  for (std::size_t engine = 0; engine < kEngineCount; ++engine) events.name_track(engine_track(engine), kNames[engine]);
  events.name_group(kPorts, "memory ports");
  events.name_track(kFetch, "read: command fetch");
  events.name_track(kLoad, "read: loads");
  events.name_track(kWrite, "write: stores");
}

}  // namespace

std::vector<LayerWindow> run_windows(const Program& program, const std::vector<Trace>& traces, const HwConfig& hw) {
  std::vector<LayerWindow> windows;
  Cycles offset = 0;
  auto trace = traces.begin();
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    for (const LayerWindow& window : layer_windows(*job, *trace, hw))
      windows.push_back({window.op, offset + window.from, offset + window.to});
    offset += (trace++)->cycles;
  }
  return windows;
}

std::string timeline_json(const Graph& graph, const Program& program, const HwConfig& hw,
                          const std::vector<Trace>& traces, const RunFacts& facts, Cycles from, Cycles to) {
  TraceEvents events(hw.clock_mhz, from, to);
  name_tracks(events);
  Cycles offset = 0;
  std::size_t jobs = 0;
  for (const Step& step : program.steps) {
    if (const auto* job = std::get_if<JobStep>(&step)) {
      const Trace& trace = traces.at(jobs);
      JobTimeline(events, graph, program, hw, offset).add(*job, trace, jobs++);
      offset += trace.cycles;
    } else if (const auto* cpu = std::get_if<CpuStep>(&step)) {
      const Op& op = graph.ops[static_cast<std::size_t>(cpu->op)];
      events.instant(kCpu, offset, fmt::format("{} {}", cpu->op, op.type), "cpu",
                     {{"operator", cpu->op}, {"name", op.name}, {"reason", cpu->reason}});
    }
  }
  return events.text({{"model", graph.name},
                      {"config", hw.name},
                      {"backend", facts.backend},
                      {"input", facts.input},
                      {"clock_mhz", hw.clock_mhz},
                      {"cycles", offset},
                      {"from_cycle", from},
                      {"to_cycle", std::min(to, offset)}});
}

}  // namespace systolite
