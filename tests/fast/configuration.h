// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/core/hw_config.h"

namespace systolite::fast {

// The configuration of that name, from configs/hw or one of the tests' own.
[[nodiscard]] HwConfig configuration(const std::string& name);

}  // namespace systolite::fast
