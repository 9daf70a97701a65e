// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/report/report.h"

namespace systolite {

// The report as JSON text, keys as in report.h and sim/report/README.md. Figures that the backend cannot give are null.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace systolite
