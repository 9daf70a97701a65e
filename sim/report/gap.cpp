// SPDX-License-Identifier: Apache-2.0
#include "sim/report/gap.h"

#include <algorithm>

#include "sim/report/command_work.h"

namespace systolite {
namespace {

constexpr std::array<const char*, kGapCauses> kNames{
    "short_steps", "depthwise_positions", "start", "weights", "activations", "vector", "drain", "control",
    "finish",      "prefetched"};

GapCause cause(isa::Engine engine, isa::State state) {
  switch (state) {
    case isa::State::kBusy:
      return GapCause::kVector;  // of the vector engine
    case isa::State::kWaitMm:
    case isa::State::kDrain:
      return GapCause::kDrain;  // the vector engine waits for results on their way through the array
    case isa::State::kWaitWl:
    case isa::State::kWaitWeights:
      return GapCause::kWeights;
    case isa::State::kWaitLd:
    case isa::State::kWaitSt:
      return GapCause::kActivations;
    case isa::State::kWaitVec:
      return engine == isa::Engine::kMm ? GapCause::kVector : GapCause::kControl;
    default:
      return GapCause::kControl;
  }
}

}  // namespace

const char* name(GapCause cause) { return kNames.at(static_cast<std::size_t>(cause)); }

ArrayWork array_work(const JobStep& job, const Trace& trace, const HwConfig& hw) {
  constexpr auto kMm = static_cast<std::size_t>(isa::Engine::kMm);
  ArrayWork work;
  bool any = false;
  const auto commands = command_work(job, trace, hw);
  for (const CommandWork& command : commands[kMm]) {
    if (isa::opcode_of(job.commands[command.command]) != isa::Opcode::kMm) continue;
    if (!any) work.from = command.from;
    any = true;
    work.to = command.to;
  }
  if (!any) return {};
  // The first K step begins when its weights are there.
  for (const StateSpan& span : trace.states[kMm]) {
    if (span.to <= work.from) continue;
    if (span.state == isa::State::kBusy) break;
    work.from = std::min(span.to, work.to);
  }
  return work;
}

Gap waits(isa::Engine engine, const LayerWindow& window, const Trace& trace, const ArrayWork& work) {
  Gap gap;
  const auto& spans = trace.states[static_cast<std::size_t>(engine)];
  const bool on_array = engine == isa::Engine::kMm;
  const auto idle_of = [&](const StateCycles& states) {
    return static_cast<std::int64_t>(states.total() - (on_array ? states.busy() : 0));
  };
  Cycles from = window.from;
  Cycles to = window.to;
  if (work.to > 0) {
    const Cycles start = std::clamp(work.from, from, to);
    gap[GapCause::kStart] = idle_of(state_cycles(spans, from, start));
    from = start;
    const Cycles finish = std::clamp(work.to, from, to);
    // Vector layers behind the array have causes of their own.
    if (on_array) {
      gap[GapCause::kFinish] = idle_of(state_cycles(spans, finish, to));
      to = finish;
    }
  }
  const StateCycles states = state_cycles(spans, from, to);
  for (std::size_t i = 0; i < kStateCount; ++i) {
    const auto state = static_cast<isa::State>(i);
    if (on_array && state == isa::State::kBusy) continue;
    gap[cause(engine, state)] += static_cast<std::int64_t>(states.cycles[i]);
  }
  return gap;
}

Gap gap_of(const Gap& waits, const StateCycles& states, const LowerBound& bound, bool column_mode) {
  Gap gap = waits;
  if (bound.array_cycles > 0)
    gap[column_mode ? GapCause::kDepthwisePositions : GapCause::kShortSteps] =
        static_cast<std::int64_t>(states.busy()) - bound.array_cycles;
  std::int64_t expected = bound.cycles() - bound.array_cycles;
  for (const GapCause cause : {GapCause::kWeights, GapCause::kActivations, GapCause::kStart, GapCause::kFinish}) {
    const std::int64_t taken = std::min(expected, gap[cause]);
    gap[cause] -= taken;
    expected -= taken;
  }
  gap[GapCause::kPrefetched] -= expected;
  return gap;
}

}  // namespace systolite
