// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/product_cost.h"

#include <fmt/format.h>

#include <optional>

#include "sim/battery/inference_cost.h"

namespace systolite::explore {
namespace {

constexpr double kMega = 1e6;  // hertz a megahertz, picojoules a microjoule

}  // namespace

ProductCost product_cost(const Product& product, const ProductPart& part) {
  const double job_s = static_cast<double>(part.cycles) / (part.hw.clock_mhz * kMega);
  const Figure accelerator_pj = energy::without_sram_leakage_pj(part.energy_pj, part.leakage, job_s);
  const battery::System system{
      .mcu = product.mcu,
      .inference = battery::inference_cost(product.mcu, {.job_s = job_s,
                                                         .awake_cycles = static_cast<double>(part.awake_cycles),
                                                         .accelerator_uj = accelerator_pj / kMega}),
      .standby = battery::standby_states(product.standby,
                                         {.logic_uw = part.leakage.logic_uw, .sram_uw = part.leakage.memories_uw})};
  const std::optional<battery::AveragePower> power = battery::average_power(system, product.scenario);
  if (!power) {
    throw TooSlow(fmt::format("preparation and inference take {:.4g} ms of each sensing period of {:g} ms on {}",
                              battery::needed_ms(system, product.scenario), product.scenario.sensing_period_ms,
                              product.mcu.name));
  }
  return {.inference = system.inference, .power = *power, .life = battery::battery_life(product.cell, *power)};
}

}  // namespace systolite::explore
