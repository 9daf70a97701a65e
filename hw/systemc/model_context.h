// SPDX-License-Identifier: Apache-2.0
// What all blocks of one accelerator share.
#pragma once

#include "hw/systemc/activity_log.h"
#include "hw/systemc/cycle_clock.h"
#include "hw/systemc/watchdog.h"
#include "sim/core/hw_config.h"

namespace systolite::sc {

struct ModelContext {
  ModelContext(const HwConfig& config, const sc_core::sc_time& period) : hw(config), clock(period) {}

  const HwConfig& hw;
  CycleClock clock;
  ActivityLog log;
  Watchdog watchdog;
};

}  // namespace systolite::sc
