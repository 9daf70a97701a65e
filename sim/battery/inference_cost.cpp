// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/inference_cost.h"

#include "sim/core/error.h"

namespace systolite::battery {
namespace {

constexpr double kMega = 1e6;  // hertz a megahertz, picojoules a microjoule

const SleepState& waiting_state(const Mcu& mcu) {
  const SleepState* best = nullptr;
  for (const SleepState& state : mcu.states) {
    const bool sooner = best == nullptr || state.wake_us.figure.value < best->wake_us.figure.value;
    if (state.captures && sooner) best = &state;
  }
  if (best == nullptr) throw Error(ExitCode::kInternal, "a microcontroller without a state that captures");
  return *best;
}

}  // namespace

InferenceCost inference_cost(const Mcu& mcu, const InferenceParts& parts) {
  return {.seconds = parts.job_s + parts.awake_cycles / (mcu.clock_mhz * kMega),
          .processor_uj = mcu.active_pj_per_cycle.figure * (parts.awake_cycles / kMega) +
                          waiting_state(mcu).power_uw.figure * parts.job_s,
          .accelerator_uj = parts.accelerator_uj};
}

}  // namespace systolite::battery
