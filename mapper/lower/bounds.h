// SPDX-License-Identifier: Apache-2.0
// What no schedule can beat.
#pragma once

#include <cstdint>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// max(MACs / PEs, bytes / bus width) of one operator by itself, rounded up: padded taps count as MACs, bytes are those
// its ld commands (or st commands, if more: the channels are separate) move. 0 for an operator the device does not run.
[[nodiscard]] std::int64_t lower_bound_cycles(const Graph& graph, int op, const Program& program, const HwConfig& hw);

}  // namespace systolite
