// SPDX-License-Identifier: Apache-2.0
// What executes the commands of a session.
#pragma once

#include <memory>

#include "sim/core/hw_config.h"
#include "sim/device/device.h"
#include "sim/memory/bus_memory.h"
#include "sim/session/session.h"
#include "sim/soc/soc.h"

namespace systolite {

// The accelerator of the backend, for a SoC; functional is that of fast. The arguments outlive the function and what it
// makes.
[[nodiscard]] AcceleratorFactory accelerator_factory(const HwConfig& config, BusMemory& memory,
                                                     const SessionOptions& options);

// The backend as a device, in the SoC if the options or the backend want it. `memory` outlives it.
[[nodiscard]] std::unique_ptr<Device> make_device(const HwConfig& config, BusMemory& memory,
                                                  const SessionOptions& options);

}  // namespace systolite
