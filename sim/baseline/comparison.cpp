// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/comparison.h"

namespace systolite::baseline {
namespace {

constexpr double kPjPerUj = 1e6;

}  // namespace

std::optional<Figure> CoreComparison::energy_uj() const {
  if (!energy) return std::nullopt;
  return energy->active_pj * (static_cast<double>(run.cycles) / kPjPerUj);
}

std::optional<Figure> CoreComparison::operator_uj(std::size_t index) const {
  if (!energy) return std::nullopt;
  return energy->active_pj * (static_cast<double>(run.operator_cycles.at(index)) / kPjPerUj);
}

std::uint64_t Comparison::host_cycles() const {
  std::uint64_t sum = 0;
  for (const HostOperator& op : host_operators) sum += op.cycles;
  return sum;
}

std::optional<Figure> Comparison::host_active_uj() const {
  if (!host_energy) return std::nullopt;
  return host_energy->active_pj * (static_cast<double>(host_cycles()) / kPjPerUj);
}

std::optional<Figure> Comparison::host_asleep_uj() const {
  if (!host_energy) return std::nullopt;
  return host_energy->sleep_pj * (accelerator.latency_us * host.clock_mhz / kPjPerUj);
}

std::optional<Figure> Comparison::accelerator_uj() const {
  if (!accelerator.energy || !host_energy) return std::nullopt;
  return accelerator.energy->total_pj() / kPjPerUj + *host_active_uj() + *host_asleep_uj();
}

}  // namespace systolite::baseline
