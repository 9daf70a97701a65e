// SPDX-License-Identifier: Apache-2.0
// The product that the points of a sweep are parts of: what it does all day, on which microcontroller, from which
// battery (docs/battery.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/battery/cell.h"
#include "sim/battery/mcu_preset.h"
#include "sim/battery/scenario.h"
#include "sim/battery/standby.h"

namespace systolite::explore {

inline constexpr const char* kDefaultStandby = "gated";

struct Product {
  battery::Scenario scenario;
  battery::Mcu mcu;
  battery::Cell cell;
  battery::StandbyTable standby;
  std::filesystem::path core;     // that the microcontroller's cycles are simulated with
  std::filesystem::path profile;  // of its memories

  // Everything that was read.
  [[nodiscard]] std::vector<std::filesystem::path> files() const;
};

// Names or files. `mcu` and `cell` may be empty: those of the scenario. Throws Error(kConfig).
[[nodiscard]] Product load_product(const std::string& scenario, const std::string& mcu, const std::string& cell,
                                   const std::string& standby);

}  // namespace systolite::explore
