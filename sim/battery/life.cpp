// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/life.h"

#include <algorithm>

#include "sim/battery/units.h"

namespace systolite::battery {
namespace {

constexpr double kDrop = 0.1;  // of the voltage

Figure milliamperes(const Figure& uw, const Cell& cell) { return uw / cell.voltage_v.figure * (kMilli / kMicro); }

}  // namespace

Life battery_life(const Cell& cell, const AveragePower& power) {
  Life life;
  life.self_discharge_uw = cell.self_discharge_uw();
  const Figure drawn_w = (power.total_uw + life.self_discharge_uw) / kMicro;
  life.days = cell.usable_joules() / drawn_w / kSecondsPerDay;
  life.average_ma = milliamperes(power.total_uw, cell);
  life.peak_ma = milliamperes(power.peak_uw, cell);
  const double excess_a = std::max(life.peak_ma.value - cell.peak_ma.figure.value, 0.0) / kMilli;
  life.capacitor_uf = excess_a * power.peak_s / (kDrop * cell.voltage_v.figure.value) * kMicro;
  life.average_allowed = life.average_ma.value <= cell.continuous_ma.figure.value;
  life.peak_allowed = life.peak_ma.value <= cell.peak_ma.figure.value;
  return life;
}

}  // namespace systolite::battery
