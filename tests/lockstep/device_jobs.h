// SPDX-License-Identifier: Apache-2.0
// Jobs on a Device, through its registers alone.
#pragma once

#include <cstdint>

#include "sim/device/device.h"
#include "sim/memory/memory_system.h"
#include "tests/lockstep/backend.h"

namespace systolite::lockstep {

// Opens both memory regions to the device and enables the interrupt.
void open_windows(Device& device, const HwConfig& hw);
// Runs one job and returns with the interrupt cleared.
JobOutcome run_job(Device& device, std::uint32_t stream_address, std::uint32_t stream_bytes);
// Runs the jobs of a stream: traces and outcomes. `memory` is what the device's bus leads to.
void run_jobs(Device& device, MemorySystem& memory, const LockstepStream& stream, const Jobs& jobs,
              Observation& observation);

}  // namespace systolite::lockstep
