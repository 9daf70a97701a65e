// SPDX-License-Identifier: Apache-2.0
// Energy of a run: counts of events times what each costs. A model is made once for a configuration and a table; what a
// design point then costs is its activity (command_activity.h: proportional to the commands) and one multiplication an
// event.
//
//   energy::Activity activity = energy::program_activity(program, hw, clocks);
//   const energy::EnergyModel model(table, hw, logic_size(hw, estimate_area(hw, library)));
//   const Figure total_pj = model.split(activity).total();
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "mapper/program/program.h"
#include "sim/area/area_model.h"
#include "sim/core/figure.h"
#include "sim/core/hw_config.h"
#include "sim/energy/clock_activity.h"
#include "sim/energy/cpu_energy.h"
#include "sim/energy/energy_table.h"
#include "sim/energy/event.h"

namespace systolite::energy {

using EventCosts = std::array<Figure, kEvents>;  // pJ an event

struct EnergySplit {
  std::array<Figure, kComponents> pj{};

  [[nodiscard]] const Figure& operator[](Component component) const { return pj[static_cast<std::size_t>(component)]; }
  [[nodiscard]] Figure& operator[](Component component) { return pj[static_cast<std::size_t>(component)]; }
  [[nodiscard]] Figure total() const {
    Figure sum;
    for (const Figure& figure : pj) sum += figure;
    return sum;
  }
};

class EnergyModel {
 public:
  // `size`: of the configuration. `cpu`: of the processor whose cycles the activity holds; without it they cost
  // nothing.
  EnergyModel(const EnergyTable& table, const HwConfig& hw, const LogicSize& size,
              const std::optional<CpuEnergy>& cpu = std::nullopt);
  explicit EnergyModel(const EventCosts& costs_pj) : costs_(costs_pj) {}

  [[nodiscard]] EnergySplit split(const Activity& activity) const;
  [[nodiscard]] const EventCosts& costs_pj() const noexcept { return costs_; }

 private:
  EventCosts costs_;
};

// Everything the accelerator does in a run. `clocks`: one per job, in order.
[[nodiscard]] Activity program_activity(const Program& program, const HwConfig& hw, std::span<const JobClock> clocks);

}  // namespace systolite::energy
