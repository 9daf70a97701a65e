// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/product.h"

#include <utility>

#include "sim/descriptions/find.h"

namespace systolite::explore {

std::vector<std::filesystem::path> Product::files() const {
  return {scenario.file, mcu.file, cell.file, standby.file, core, profile};
}

Product load_product(const std::string& scenario, const std::string& mcu, const std::string& cell,
                     const std::string& standby) {
  battery::Scenario what = battery::load_scenario(find_scenario(scenario));
  battery::Mcu processor = battery::load_mcu(find_mcu(mcu.empty() ? what.mcu : mcu));
  battery::Cell supply = battery::load_cell(find_battery(cell.empty() ? what.battery : cell));
  std::filesystem::path core = find_core(processor.simulated_core);
  std::filesystem::path profile = find_profile(processor.simulated_profile);
  return {.scenario = std::move(what),
          .mcu = std::move(processor),
          .cell = std::move(supply),
          .standby = battery::load_standby(find_standby(standby)),
          .core = std::move(core),
          .profile = std::move(profile)};
}

}  // namespace systolite::explore
