// SPDX-License-Identifier: Apache-2.0
// What an inference with the accelerator costs on a microcontroller: the run's events at the prices of an energy table,
// and the processor's time at those of the microcontroller.
#pragma once

#include <string>

#include "mapper/program/program.h"
#include "sim/battery/mcu_preset.h"
#include "sim/battery/power.h"
#include "sim/battery/standby.h"
#include "sim/core/hw_config.h"
#include "sim/report/energy_report.h"
#include "sim/report/report.h"
#include "sim/session/session.h"

namespace systolite::cli {

struct AcceleratorInference {
  std::string energy_table;
  battery::InferenceCost cost;
  battery::Leakage leakage;  // of the accelerator with power on, without the microcontroller's SRAM
};

// `result` and `report` are of a run with firmware (SessionOptions::firmware). Jobs take their cycles at the
// accelerator's clock, everything else at the microcontroller's; the processor sleeps during jobs, in the state that
// captures and wakes up soonest. The leakage of the microcontroller's SRAM is in the microcontroller's figures and not
// counted again.
[[nodiscard]] AcceleratorInference accelerator_inference(const Program& program, const HwConfig& hw,
                                                         const RunResult& result, const Report& report,
                                                         const battery::Mcu& mcu, const EnergyCosts& costs);

}  // namespace systolite::cli
