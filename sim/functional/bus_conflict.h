// SPDX-License-Identifier: Apache-2.0
// Whether the three depthwise buses of the matrix engine can read one scratchpad sub-bank in the same cycle.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"

namespace systolite::functional {

// An mm in depthwise mode with the registers it sees.
struct DepthwiseBlock {
  isa::Mm mm;
  isa::MmCfgIn in;
  isa::MmCfgKernel kernel;
};

// Two buses, and the scratchpad addresses they read in the same cycle.
struct BusConflict {
  int first_bus, second_bus;
  std::int64_t first_address, second_address;
};

// The buses read the same position of their rows in the same cycle, as many bytes as the array has rows or columns.
[[nodiscard]] std::optional<BusConflict> find_bus_conflict(const DepthwiseBlock& block, const HwConfig& hw);

}  // namespace systolite::functional
