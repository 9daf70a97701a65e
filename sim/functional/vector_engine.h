// SPDX-License-Identifier: Apache-2.0
// Vector engine: requantisation, ADD, pooling.
#pragma once

#include "sim/core/hw_config.h"
#include "sim/functional/command_program.h"
#include "sim/functional/local_memories.h"

namespace systolite::functional {

void execute(const isa::Requant& requant, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories);
void execute(const isa::Add& add, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories);
void execute(const isa::Pool& pool, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories);

}  // namespace systolite::functional
