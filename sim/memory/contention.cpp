// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/contention.h"

#include <algorithm>
#include <cstddef>

namespace systolite {
namespace {

constexpr Cycles kBeatToDmaState = 1;
constexpr Cycles kBeatToFrontEndState = 2;

void mark(std::vector<StateSpan>& states, const std::vector<CycleSpan>& contended, Cycles delay) {
  if (contended.empty()) return;
  std::vector<StateSpan> marked;
  auto next = contended.begin();
  for (const StateSpan& span : states) {
    if (span.state != isa::State::kWaitMemory) {
      marked.push_back(span);
      continue;
    }
    Cycles from = span.from;
    while (next != contended.end() && next->to + delay <= from) ++next;
    for (auto at = next; at != contended.end() && at->from + delay < span.to; ++at) {
      const Cycles begin = std::max(from, at->from + delay);
      const Cycles end = std::min(span.to, at->to + delay);
      if (from < begin) marked.push_back({isa::State::kWaitMemory, from, begin});
      marked.push_back({isa::State::kWaitContention, begin, end});
      from = end;
    }
    if (from < span.to) marked.push_back({isa::State::kWaitMemory, from, span.to});
  }
  states = std::move(marked);
}

}  // namespace

void append(std::vector<CycleSpan>& spans, CycleSpan span) {
  if (!spans.empty() && spans.back().to == span.from) {
    spans.back().to = span.to;
  } else {
    spans.push_back(span);
  }
}

void mark_contention(Trace& trace, const Contention& contention) {
  const auto unit = [&trace](isa::Engine engine) -> std::vector<StateSpan>& {
    return trace.states[static_cast<std::size_t>(engine)];
  };
  mark(unit(isa::Engine::kLd), contention.load, kBeatToDmaState);
  mark(unit(isa::Engine::kSt), contention.store, kBeatToDmaState);
  mark(unit(isa::Engine::kFe), contention.fetch, kBeatToFrontEndState);
}

}  // namespace systolite
