// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/static_power.h"

namespace systolite::energy {
namespace {

constexpr double kPjPerUj = 1e6;

// What is left of a sum without one of its terms: bounds of sums are sums of bounds.
Figure without(const Figure& sum, const Figure& term) {
  return {.value = sum.value - term.value, .low = sum.low - term.low, .high = sum.high - term.high};
}

}  // namespace

StaticPower static_power(const EnergyModel& costs, const EnergyTable& table, const HwConfig& hw,
                         const LogicSize& size) {
  const Figure all_uw = costs.costs_pj()[static_cast<std::size_t>(Event::kLeakage)] * hw.clock_mhz;
  StaticPower power;
  power.sram_uw = table.sram.at(hw.sram.bytes / hw.sram.banks, hw.dma.bus_bits).leakage_uw * hw.sram.banks;
  power.logic_uw = table.logic.gate_leakage * size.kge;
  power.memories_uw = without(without(all_uw, power.sram_uw), power.logic_uw);
  return power;
}

Figure without_sram_leakage_pj(const Figure& energy_pj, const StaticPower& power, double seconds) {
  return without(energy_pj, power.sram_uw * (seconds * kPjPerUj));
}

}  // namespace systolite::energy
