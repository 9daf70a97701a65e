// SPDX-License-Identifier: Apache-2.0
// Leakage with power on, by what leaks.
#pragma once

#include "sim/area/area_model.h"
#include "sim/core/figure.h"
#include "sim/core/hw_config.h"
#include "sim/energy/energy.h"
#include "sim/energy/energy_table.h"

namespace systolite::energy {

struct StaticPower {
  Figure logic_uw;     // of the accelerator
  Figure memories_uw;  // of the accelerator
  Figure sram_uw;      // memory.sram, which a microcontroller has anyway
};

// `costs`: EnergyModel(table, hw, size).
[[nodiscard]] StaticPower static_power(const EnergyModel& costs, const EnergyTable& table, const HwConfig& hw,
                                       const LogicSize& size);

// The energy of `seconds` without the leakage of memory.sram.
[[nodiscard]] Figure without_sram_leakage_pj(const Figure& energy_pj, const StaticPower& power, double seconds);

}  // namespace systolite::energy
