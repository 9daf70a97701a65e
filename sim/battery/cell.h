// SPDX-License-Identifier: Apache-2.0
// A battery: configs/batteries/*.yaml, read once, strictly. Keys: docs/battery.md.
#pragma once

#include <filesystem>
#include <string>

#include "sim/core/sourced.h"

namespace systolite::battery {

struct Cell {
  std::string name;
  std::filesystem::path file;  // for messages
  Sourced capacity_mah;
  Sourced voltage_v;               // mean over the discharge
  Sourced usable_percent;          // of the capacity, before the voltage is too low
  Sourced self_discharge_percent;  // of the capacity, a year
  Sourced continuous_ma;
  Sourced peak_ma;

  // Usable energy of a fresh one, and what it loses by itself, as a power.
  [[nodiscard]] Figure usable_joules() const;
  [[nodiscard]] Figure self_discharge_uw() const;
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] Cell load_cell(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] Cell parse_cell(const std::string& yaml, const std::string& file);

}  // namespace systolite::battery
