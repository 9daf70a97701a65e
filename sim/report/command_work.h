// SPDX-License-Identifier: Apache-2.0
// When the engines worked on which command, from a trace that only tells pops, completions and states.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

// An engine was at a command in the cycles [from, to): it worked or waited in the middle of the work, for weights or
// memory, never for a token. Empty for a command that the engine carried out beside the one before (most configuration
// commands). Engines are pipelines, so a command is popped before its work begins and completes after it ends:
//   ld, st: up to the completion, while it is the oldest one in flight;
//   wl: up to its last row; mm: up to the last position it visits; vec: up to the pop of the next command or its
//   completion, whichever comes first.
struct CommandWork {
  std::uint32_t command;  // index in the stream
  Cycles pop;             // left its queue
  Cycles done;            // completed
  Cycles from;
  Cycles to;
};

// By engine, in order; from and to ascend. Throws Error(kDevice) when the trace does not hold one pop and one
// completion for every command.
[[nodiscard]] std::array<std::vector<CommandWork>, kEngineCount> command_work(const JobStep& job, const Trace& trace,
                                                                              const HwConfig& hw);

}  // namespace systolite
