// SPDX-License-Identifier: Apache-2.0
// When every command of a program is popped and done, and what the engines report in every cycle: a recurrence over
// commands and weight tiles after the rules in the headers of slt_matrix and slt_weight_load. Nothing is simulated.
#pragma once

#include <vector>

#include "tests/rtl_compute/geometry.h"

namespace systolite::rtl_compute {

struct CommandTimes {
  long pop;
  long done;
  bool operator==(const CommandTimes&) const = default;
};

struct ProgramTimes {
  std::vector<CommandTimes> mm;
  std::vector<CommandTimes> wl;
  std::vector<isa::State> mm_state;  // per cycle, up to the last done
  std::vector<isa::State> wl_state;
  // Cycles of each kind, for coverage.
  long drain_cycles = 0;
  long hold_cycles = 0;  // K steps filled up to the minimum
  long in_flight_stalls = 0;
};

[[nodiscard]] ProgramTimes predict(const ComputeProgram& program);

}  // namespace systolite::rtl_compute
