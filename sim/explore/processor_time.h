// SPDX-License-Identifier: Apache-2.0
// Cycles of the processor in an inference with the accelerator: driver and operators that are left to it, measured by
// running them as firmware.
#pragma once

#include <cstdint>

#include "mapper/ir/graph.h"
#include "sim/core/hw_config.h"
#include "sim/explore/product.h"

namespace systolite::explore {

// The inference without the accelerator's jobs, in cycles of the product's microcontroller; pseudo-random inputs, as
// `systolite battery` takes them. Runs in a process of its own, because the simulation of a SoC is made once a process.
// Throws Error as Session does, Error(kInternal) when that process dies, and Stopped (sim/core/stop_request.h).
[[nodiscard]] std::uint64_t awake_cycles(const Graph& graph, const HwConfig& config, const Product& product,
                                         bool drop_constant_channels);

}  // namespace systolite::explore
