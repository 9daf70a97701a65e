// SPDX-License-Identifier: Apache-2.0
// Which commands a device takes. The front end refuses all others with bad_command.
#pragma once

#include "sim/core/hw_config.h"
#include "slt_isa.hpp"

namespace systolite {

// Legal by its format, and of a dataflow that the array of `hw` is built for.
[[nodiscard]] bool accepts(const HwConfig& hw, const isa::Command& command);

}  // namespace systolite
