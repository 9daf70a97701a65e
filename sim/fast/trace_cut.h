// SPDX-License-Identifier: Apache-2.0
// Traces of jobs that are stopped, or looked at before or after their end.
#pragma once

#include "sim/device/trace.h"

namespace systolite::fast {

// Forgets the states and commands, and keeps the beats, from cycle `from` on.
void cut_commands(Trace& trace, Cycles from);
// Forgets the beats from these cycles on, and counts the others anew.
void cut_beats(Trace& trace, Cycles reads_from, Cycles writes_from);
// Makes a trace `cycles` long: cut, or with idle units behind its end.
void set_length(Trace& trace, Cycles cycles);

}  // namespace systolite::fast
