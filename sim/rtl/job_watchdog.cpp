// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl/job_watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/core/error.h"

namespace systolite {
namespace {

// What a unit in this state waits for; nothing if it does not wait.
std::string_view reason(std::size_t unit, isa::State state) {
  const bool front_end = unit == kEngineCount;
  switch (state) {
    case isa::State::kWaitWeights:
      return "wl to load a weight tile";
    case isa::State::kWaitShadow:
      return "mm to take a weight tile";
    case isa::State::kWaitMemory:
      return front_end ? "the command stream" : "the bus";
    case isa::State::kQueueFull:
      return "a place in a queue";
    case isa::State::kWaitEngines:
      return "the engines";
    case isa::State::kDrain:
      return "the array to empty";
    case isa::State::kWaitLd:
      return "a token of ld";
    case isa::State::kWaitWl:
      return "a token of wl";
    case isa::State::kWaitMm:
      return "a token of mm";
    case isa::State::kWaitVec:
      return "a token of vec";
    case isa::State::kWaitSt:
      return "a token of st";
    default:
      return "";
  }
}

}  // namespace

bool JobWatchdog::any_moves(std::uint64_t probe) {
  const isa::Probe units = isa::unpack_probe(probe);
  const bool no_job = units.state[kEngineCount] == isa::State::kIdle;
  return no_job || units.pop != 0 || units.done != 0 ||
         std::ranges::find(units.state, isa::State::kBusy) != units.state.end();
}

void JobWatchdog::report() const {
  const isa::Probe units = isa::unpack_probe(probe_);
  std::string waits;
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    const std::string_view what = reason(unit, units.state[unit]);
    if (what.empty()) continue;
    waits +=
        fmt::format("{}{} waits for {}", waits.empty() ? "" : "; ", isa::name(static_cast<isa::Engine>(unit)), what);
  }
  throw Error(ExitCode::kDevice, fmt::format("The job never ends, nothing has happened since cycle {}: {}.",
                                             cycle_ - 1 - kStillCycles, waits));
}

}  // namespace systolite
