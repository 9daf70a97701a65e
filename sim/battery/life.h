// SPDX-License-Identifier: Apache-2.0
// How long a battery lasts, and whether it can give the current.
#pragma once

#include "sim/battery/cell.h"
#include "sim/battery/power.h"

namespace systolite::battery {

struct Life {
  Figure days;  // usable energy / (average power + self-discharge)
  Figure self_discharge_uw;
  Figure average_ma;
  Figure peak_ma;
  // Capacitor that carries what the phase of the peak draws beyond the battery's peak current, at a drop of a tenth of
  // its voltage. Nominal; 0: none is needed.
  double capacitor_uf = 0;
  bool average_allowed = false;  // by the nominal continuous current
  bool peak_allowed = false;     // by the nominal peak current
};

[[nodiscard]] Life battery_life(const Cell& cell, const AveragePower& power);

}  // namespace systolite::battery
