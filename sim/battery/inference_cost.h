// SPDX-License-Identifier: Apache-2.0
// What an inference costs whose jobs an accelerator does beside a microcontroller.
#pragma once

#include "sim/battery/mcu_preset.h"
#include "sim/battery/power.h"

namespace systolite::battery {

struct InferenceParts {
  double job_s = 0;         // the accelerator works, the processor sleeps
  double awake_cycles = 0;  // of the processor: driver, its own operators
  Figure accelerator_uj;    // with accesses to memory; leakage of the microcontroller's SRAM is in `mcu`'s figures
};

// The processor sleeps during jobs, in the state that captures and wakes up soonest. Throws Error(kInternal) for a
// microcontroller without one, which load_mcu() refuses.
[[nodiscard]] InferenceCost inference_cost(const Mcu& mcu, const InferenceParts& parts);

}  // namespace systolite::battery
