// SPDX-License-Identifier: Apache-2.0
#include "sim/report/weight_transfers.h"

#include <variant>

#include "sim/report/command_work.h"
#include "sim/report/state_cycles.h"

namespace systolite {

std::map<int, WeightTransfer> weight_transfers(const JobStep& job, const Trace& trace, const HwConfig& hw) {
  std::map<int, WeightTransfer> result;
  const auto& matrix = trace.states[static_cast<std::size_t>(isa::Engine::kMm)];
  const auto commands = command_work(job, trace, hw);
  for (const CommandWork& work : commands[static_cast<std::size_t>(isa::Engine::kLd)]) {
    const isa::AnyCommand any = isa::decode(job.commands[work.command]);
    const auto* ld = std::get_if<isa::Ld>(&any);
    if (ld == nullptr || ld->space == static_cast<std::int64_t>(isa::Space::kSpm)) continue;
    const StateCycles states = state_cycles(matrix, work.from, work.to);
    result[job.op_of_command[work.command]] += {.hidden = states.busy(), .exposed = states.total() - states.busy()};
  }
  return result;
}

}  // namespace systolite
