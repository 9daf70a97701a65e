// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/accelerator_energy.h"

#include <vector>

#include "sim/area/area_model.h"
#include "sim/battery/inference_cost.h"
#include "sim/core/error.h"
#include "sim/energy/energy.h"
#include "sim/energy/static_power.h"

namespace systolite::cli {
namespace {

constexpr double kMega = 1e6;  // hertz a megahertz, picojoules a microjoule

}  // namespace

AcceleratorInference accelerator_inference(const Program& program, const HwConfig& hw, const RunResult& result,
                                           const Report& report, const battery::Mcu& mcu, const EnergyCosts& costs) {
  if (!report.firmware) throw Error(ExitCode::kInternal, "an inference without firmware has no processor time");
  std::vector<energy::JobClock> clocks;
  for (const Trace& trace : result.traces) clocks.push_back(energy::clock_of(trace));
  const LogicSize size = logic_size(hw, estimate_area(hw, costs.library));
  const energy::EnergyModel model(costs.table, hw, size);
  const Figure run_pj = model.split(energy::program_activity(program, hw, clocks)).total();
  const energy::StaticPower leakage = energy::static_power(model, costs.table, hw, size);
  const double job_s = static_cast<double>(report.firmware->accelerator_cycles) / (hw.clock_mhz * kMega);
  const auto awake = static_cast<double>(report.firmware->cycles - report.firmware->accelerator_cycles);
  return {.energy_table = costs.table.name,
          .cost = battery::inference_cost(
              mcu, {.job_s = job_s,
                    .awake_cycles = awake,
                    .accelerator_uj = energy::without_sram_leakage_pj(run_pj, leakage, job_s) / kMega}),
          .leakage = {.logic_uw = leakage.logic_uw, .sram_uw = leakage.memories_uw}};
}

}  // namespace systolite::cli
