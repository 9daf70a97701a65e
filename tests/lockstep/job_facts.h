// SPDX-License-Identifier: Apache-2.0
// What follows from a stream and the trace of its job: when each command passed each station, what queues and token
// counters held.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/device/trace.h"
#include "sim/functional/command_program.h"

namespace systolite::lockstep {

struct CommandTimes {
  isa::Engine engine;
  Cycles dispatched;
  Cycles popped;
  Cycles done;
};

// Cycles [from, to) in which the front end could not dispatch a command because its queue was full.
struct FullQueue {
  isa::Engine engine;
  Cycles from;
  Cycles to;
};

struct JobFacts {
  functional::CommandProgram program;
  std::vector<CommandTimes> commands;  // by index in the stream, END excluded
  std::array<int, kEngineCount> most_in_queue{};
  std::array<int, kEngineCount> most_in_flight{};                         // popped and not done
  std::array<std::array<int, kEngineCount>, kEngineCount> most_tokens{};  // [producer][consumer]
  std::vector<FullQueue> full_queues;
};

// Throws std::runtime_error with a sentence when trace and stream contradict each other: a command without its times, a
// token taken before it was given.
[[nodiscard]] JobFacts derive_facts(const HwConfig& hw, std::span<const isa::Command> stream, const Trace& trace);

}  // namespace systolite::lockstep
