// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/trace_cut.h"

#include <algorithm>

namespace systolite::fast {
namespace {

template <typename Span>
void clip(std::vector<Span>& spans, Cycles end) {
  while (!spans.empty() && spans.back().from >= end) spans.pop_back();
  if (!spans.empty()) spans.back().to = std::min(spans.back().to, end);
}

void clip(std::vector<Cycles>& events, Cycles end) {
  events.erase(std::lower_bound(events.begin(), events.end(), end), events.end());
}

std::uint64_t count(const std::vector<BeatSpan>& spans) {
  std::uint64_t beats = 0;
  for (const BeatSpan& span : spans) beats += span.to - span.from;
  return beats;
}

}  // namespace

void cut_commands(Trace& trace, Cycles from) {
  for (std::vector<StateSpan>& spans : trace.states) clip(spans, from);
  for (std::vector<Cycles>& pops : trace.pop_cycles) clip(pops, from);
  for (std::vector<Cycles>& dones : trace.done_cycles) clip(dones, from);
}

void cut_beats(Trace& trace, Cycles reads_from, Cycles writes_from) {
  clip(trace.read_beats, reads_from);
  clip(trace.fetch_beats, reads_from);
  clip(trace.write_beats, writes_from);
  trace.traffic.fetch_beats = count(trace.fetch_beats);
  trace.traffic.load_beats = count(trace.read_beats) - trace.traffic.fetch_beats;
  trace.traffic.write_beats = count(trace.write_beats);
}

void set_length(Trace& trace, Cycles cycles) {
  cut_commands(trace, cycles);
  cut_beats(trace, cycles, cycles);
  for (std::vector<StateSpan>& spans : trace.states) {
    const Cycles end = spans.empty() ? 0 : spans.back().to;
    if (end == cycles) continue;
    if (spans.empty() || spans.back().state != isa::State::kIdle) {
      spans.push_back({isa::State::kIdle, end, cycles});
    } else {
      spans.back().to = cycles;
    }
  }
  trace.cycles = cycles;
}

}  // namespace systolite::fast
