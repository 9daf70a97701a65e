// SPDX-License-Identifier: Apache-2.0
// The cycles of a straight run of instructions, by the tables of the core: what does not depend on data, memory or the
// direction of branches.
#pragma once

#include <vector>

#include "sim/cpu/core_config.h"
#include "sim/cpu/insn.h"

namespace systolite::cpu {

// Sets Insn::cycles of each. Returns the cycles that a taken branch to the first costs besides those of the branch.
[[nodiscard]] int assign_cycles(const CoreTiming& timing, std::vector<Decoded>& run);

}  // namespace systolite::cpu
