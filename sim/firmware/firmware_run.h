// SPDX-License-Identifier: Apache-2.0
// What the measuring firmware found out about one inference.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/firmware/soc/slt_board.h"
#include "sim/cpu/counters.h"
#include "sim/device/trace.h"

namespace systolite {

// One inference by the firmware's own clock, in cycles.
struct FirmwareRun {
  std::uint32_t result = 0;  // slt_result_t
  std::uint32_t steps_done = 0;
  std::uint32_t error_cause = 0;
  std::uint32_t error_command = 0;
  std::uint32_t error_address = 0;
  Cycles ready_cycle = 0;  // from reset to the network being loaded
  Cycles run_cycles = 0;   // the inference
  std::vector<slt_board_step_t> steps;
  std::vector<Trace> traces;  // one per job
  cpu::Counters counters;     // from reset to exit
};

}  // namespace systolite
