// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/comparison.h"

namespace systolite::baseline {

std::uint64_t Comparison::host_cycles() const {
  std::uint64_t sum = 0;
  for (const HostOperator& op : host_operators) sum += op.cycles;
  return sum;
}

}  // namespace systolite::baseline
