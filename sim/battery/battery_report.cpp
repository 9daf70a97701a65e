// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/battery_report.h"

#include <utility>

namespace systolite::battery {

BatteryRow battery_row(std::string name, std::string software, System system, const Scenario& scenario,
                       const Cell& cell, const System* with) {
  BatteryRow row;
  row.name = std::move(name);
  row.software = std::move(software);
  row.needed_ms = needed_ms(system, scenario);
  row.power = average_power(system, scenario);
  if (row.power) row.life = battery_life(cell, *row.power);
  if (with != nullptr) row.accelerator = break_even(*with, system, scenario);
  row.system = std::move(system);
  return row;
}

}  // namespace systolite::battery
