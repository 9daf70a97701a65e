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

// Bus j reads every position of the stream j * taps cycles after bus 0, so it still reads the end of one output row
// while bus 0 reads the next. Positions of a pass follow each other every cycle; between passes any number of cycles
// may go by.
[[nodiscard]] std::optional<BusConflict> conflict_within(const DepthwiseBlock& block, const HwConfig& hw);
// Between the end of a block and the start of the next one, which the engine joins without draining when taps and buses
// are equal.
[[nodiscard]] std::optional<BusConflict> conflict_between(const DepthwiseBlock& block, const DepthwiseBlock& next,
                                                          const HwConfig& hw);

}  // namespace systolite::functional
