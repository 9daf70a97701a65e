// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/accelerator_energy.h"

#include <algorithm>
#include <vector>

#include "sim/area/area_model.h"
#include "sim/core/error.h"
#include "sim/energy/energy.h"

namespace systolite::cli {
namespace {

constexpr double kMega = 1e6;  // hertz a megahertz, picojoules a microjoule

// What is left of a sum without one of its terms: bounds of sums are sums of bounds.
Figure without(const Figure& sum, const Figure& term) {
  return {.value = sum.value - term.value, .low = sum.low - term.low, .high = sum.high - term.high};
}

const battery::SleepState& waiting_state(const battery::Mcu& mcu) {
  const battery::SleepState* best = nullptr;
  for (const battery::SleepState& state : mcu.states) {
    const bool sooner = best == nullptr || state.wake_us.figure.value < best->wake_us.figure.value;
    if (state.captures && sooner) best = &state;
  }
  if (best == nullptr) throw Error(ExitCode::kInternal, "a microcontroller without a state that captures");
  return *best;
}

}  // namespace

AcceleratorInference accelerator_inference(const Program& program, const HwConfig& hw, const RunResult& result,
                                           const Report& report, const battery::Mcu& mcu, const EnergyCosts& costs) {
  if (!report.firmware) throw Error(ExitCode::kInternal, "an inference without firmware has no processor time");
  std::vector<energy::JobClock> clocks;
  for (const Trace& trace : result.traces) clocks.push_back(energy::clock_of(trace));
  const LogicSize size = logic_size(hw, estimate_area(hw, costs.library));
  const energy::EnergyModel model(costs.table, hw, size);
  const Figure run_pj = model.split(energy::program_activity(program, hw, clocks)).total();

  const Figure all_uw = model.costs_pj()[static_cast<std::size_t>(energy::Event::kLeakage)] * hw.clock_mhz;
  const Figure sram_uw = costs.table.sram.at(hw.sram.bytes / hw.sram.banks, hw.dma.bus_bits).leakage_uw * hw.sram.banks;
  const Figure logic_uw = costs.table.logic.gate_leakage * size.kge;  // nW a gate

  const double job_s = static_cast<double>(report.firmware->accelerator_cycles) / (hw.clock_mhz * kMega);
  const auto awake = static_cast<double>(report.firmware->cycles - report.firmware->accelerator_cycles);
  AcceleratorInference inference;
  inference.energy_table = costs.table.name;
  inference.leakage = {.logic_uw = logic_uw, .sram_uw = without(without(all_uw, sram_uw), logic_uw)};
  inference.cost.seconds = job_s + awake / (mcu.clock_mhz * kMega);
  inference.cost.processor_uj =
      mcu.active_pj_per_cycle.figure * (awake / kMega) + waiting_state(mcu).power_uw.figure * job_s;
  inference.cost.accelerator_uj = without(run_pj / kMega, sram_uw * job_s);
  return inference;
}

}  // namespace systolite::cli
