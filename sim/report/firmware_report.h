// SPDX-License-Identifier: Apache-2.0
// What the processor did in an inference whose driver was firmware. Cycles of the one clock of the SoC, as the
// firmware's timer counted them.
#pragma once

#include <cstdint>
#include <string>

#include "sim/device/trace.h"

namespace systolite {

struct FirmwareReport {
  std::string core;                // "cortex-m4"
  std::string profile;             // whose flash the core has
  std::string profile_status;      // how far its figures can be trusted: "validated", "plausible", "unvalidated"
  std::string wait;                // "poll" or "interrupt"
  Cycles ready_cycles = 0;         // start-up, device found, image checked; before the inference
  Cycles cycles = 0;               // the inference: slt_network_run(), from call to return
  Cycles waiting_cycles = 0;       // of these in slt_wait() or slt_wait_irq(), from a doorbell to the end of its job
  Cycles fallback_cycles = 0;      // of these in operators that the accelerator does not take
  Cycles accelerator_cycles = 0;   // jobs, from doorbell to interrupt; while the processor waits
  std::uint64_t instructions = 0;  // from reset to exit
  Cycles sleep_cycles = 0;         // the same

  // The rest: registers, image, everything around jobs and operators.
  [[nodiscard]] Cycles driver_cycles() const noexcept { return cycles - waiting_cycles - fallback_cycles; }
  // What having a processor in front of the accelerator costs.
  [[nodiscard]] Cycles overhead_cycles() const noexcept { return cycles - accelerator_cycles - fallback_cycles; }
};

}  // namespace systolite
