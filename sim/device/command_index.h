// SPDX-License-Identifier: Apache-2.0
// Which command of a stream an engine's n-th pop belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/device/trace.h"

namespace systolite {

// Indices in the stream by engine, in order. END and what follows it go to no queue; nor does an illegal command, at
// which the front end stops.
using EngineCommands = std::array<std::vector<std::uint32_t>, kEngineCount>;

[[nodiscard]] EngineCommands commands_by_engine(std::span<const isa::Command> stream);

}  // namespace systolite
