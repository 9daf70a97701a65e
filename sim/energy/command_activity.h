// SPDX-License-Identifier: Apache-2.0
// The events that the commands of a completed job cause, whatever executed them: derived from their fields, event for
// event what the RTL does (tests/energy compares them with counters in the RTL).
//
// Work is done per command and, where rows of a tensor differ in their alignment, per row; never per cycle or element.
#pragma once

#include <span>

#include "sim/core/hw_config.h"
#include "sim/energy/event.h"
#include "slt_isa.hpp"

namespace systolite::energy {

// Adds the events of the commands up to END to activity[layer_of_command[i]]; a command without a layer (negative, or
// all of them if `layer_of_command` is empty) counts for the layer of the command before it, the first for activity[0].
// Weight tiles belong to the layer that loads them, multiply-accumulates to the one that uses them.
// Not among them is what takes time rather than commands: clock_activity.h. The stream is one that completes: a K step
// for which no wl command brings a tile would wait forever, and computes nothing here either.
void count_commands(std::span<const isa::Command> stream, std::span<const int> layer_of_command, const HwConfig& hw,
                    std::span<Activity> activity);

}  // namespace systolite::energy
