// SPDX-License-Identifier: Apache-2.0
// The energy of a run, by component and by layer.
//
// Definitions. Energy is the sum over events of count x cost, a nominal value within bounds (sim/energy/energy.h); its
// bounds add those of all costs, as if all were wrong the same way. What commands cause counts for the operator they
// belong to, be it loaded ahead in another one's window; what takes time (clock, leakage, idle PEs, command fetch) for
// the window it falls into. Layers, and the processor outside operators, sum to the run. Without a simulated processor
// its energy is not in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapper/program/program.h"
#include "sim/area/area_table.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"
#include "sim/energy/energy.h"
#include "sim/report/firmware_report.h"

namespace systolite {

struct EnergyPart {
  energy::Activity activity;
  energy::EnergySplit split;
};

struct EnergyReport {
  std::string table;               // its name
  double node_nm = 0;              // of the accelerator
  bool has_cpu = false;            // the processor's energy is in it
  std::string cpu;                 // which processor at which supply, or why it is not in it
  EnergyPart run;                  // everything
  std::vector<EnergyPart> layers;  // by operator
  EnergyPart driver;               // the processor outside operators
  double time_us = 0;              // of the run; with a processor of the whole inference

  [[nodiscard]] Figure total_pj() const { return run.split.total(); }
  [[nodiscard]] Figure average_mw() const { return total_pj() / (time_us * 1000); }
};

// What energy is computed from.
struct EnergyCosts {
  energy::EnergyTable table;
  AreaTable library;                     // which counts flip-flops and gates
  std::optional<energy::CpuEnergy> cpu;  // of the simulated processor
  std::string cpu_missing;               // why there is no figure of it
};

// What each operator of a network does, from its commands and from the windows of its layers in the traces (one per
// JobStep).
[[nodiscard]] std::vector<energy::Activity> layer_activity(const Program& program, const HwConfig& hw,
                                                           const std::vector<Trace>& traces);

// `cpu_cycles`: of the operators on the processor, by operator; with `firmware` only.
[[nodiscard]] EnergyReport make_energy_report(const Program& program, const HwConfig& hw,
                                              const std::vector<Trace>& traces, const EnergyCosts& costs,
                                              const std::optional<FirmwareReport>& firmware,
                                              const std::vector<Cycles>& cpu_cycles);

}  // namespace systolite
