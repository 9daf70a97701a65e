// SPDX-License-Identifier: Apache-2.0
// How long the battery lasts: table and JSON.
//
// Definitions. Powers are drawn from the battery, on average over days. Shares: power.h. Duty cycle: share of the time
// in which the processor or the accelerator work. Response: from the end of the capture to the result. Days: usable
// energy of a fresh battery / (average power + self-discharge). Every figure has a nominal value and bounds, which
// follow from those of the constants by interval arithmetic.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/battery/break_even.h"
#include "sim/battery/cell.h"
#include "sim/battery/life.h"
#include "sim/battery/power.h"
#include "sim/battery/scenario.h"

namespace systolite::battery {

inline constexpr int kBatterySchema = 1;  // changes with the meaning or the name of a JSON key

struct BatteryRow {
  std::string name;      // "stm32u575 with base_16x16", "stm32u575"
  std::string software;  // whose kernels, simulated or published
  std::string source;    // of a published latency
  std::string refusal;   // why there is no system: it does not fit
  std::optional<System> system;
  std::optional<AveragePower> power;     // nothing: there is not the time
  std::optional<Life> life;              // with power
  double needed_ms = 0;                  // of a sensing period
  std::optional<BreakEven> accelerator;  // against this row, which has none
};

struct BatteryReport {
  std::string model;
  std::string config;
  std::string backend;
  std::string standby;                   // name of the table
  std::optional<std::string> reference;  // MLPerf Tiny model of this shape
  std::vector<std::string> notes;
  Scenario scenario;
  Cell cell;
  std::vector<BatteryRow> rows;  // the accelerator first
};

// The row with what the model says of it. `with`: the system with the accelerator, for the break-even of another.
[[nodiscard]] BatteryRow battery_row(std::string name, std::string software, System system, const Scenario& scenario,
                                     const Cell& cell, const System* with);

[[nodiscard]] std::string to_table(const BatteryReport& report);
[[nodiscard]] std::string to_json(const BatteryReport& report);

}  // namespace systolite::battery
