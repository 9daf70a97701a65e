// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/report/report.h"

namespace systolite {

// The report as text for a terminal. The first lines name the operators that run on the CPU and why.
[[nodiscard]] std::string to_table(const Report& report);

}  // namespace systolite
