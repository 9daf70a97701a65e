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

std::uint64_t Comparison::host_cycles() const {
  std::uint64_t sum = 0;
  for (const HostOperator& op : host_operators) sum += op.cycles;
  return sum;
}

std::optional<Figure> Comparison::accelerator_uj() const {
  if (!accelerator.energy) return std::nullopt;
  const Figure device = accelerator.energy->total_pj() / kPjPerUj;
  if (host_cycles() == 0) return device;
  if (!host_energy) return std::nullopt;
  return device + host_energy->active_pj * (static_cast<double>(host_cycles()) / kPjPerUj);
}

}  // namespace systolite::baseline
