// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/bounds.h"

#include <algorithm>

namespace systolite {

std::int64_t lower_bound_cycles(const Graph& graph, int op, const Program& program, const HwConfig& hw) {
  std::int64_t read = 0;
  std::int64_t written = 0;
  bool on_device = false;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    for (std::size_t i = 0; i < job->commands.size(); ++i) {
      if (job->op_of_command[i] != op) continue;
      on_device = true;
      const isa::AnyCommand command = isa::decode(job->commands[i]);
      if (const auto* ld = std::get_if<isa::Ld>(&command)) read += ld->row_bytes * ld->rows;
      if (const auto* st = std::get_if<isa::St>(&command)) written += st->row_bytes * st->rows;
    }
  }
  if (!on_device) return 0;
  const auto up = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
  const std::int64_t pes = static_cast<std::int64_t>(hw.array.rows) * hw.array.cols;
  return std::max(up(macs(graph, graph.ops[static_cast<std::size_t>(op)]), pes),
                  up(std::max(read, written), hw.dma.bus_bytes()));
}

}  // namespace systolite
