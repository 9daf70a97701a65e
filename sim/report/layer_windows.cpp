// SPDX-License-Identifier: Apache-2.0
#include "sim/report/layer_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sim/core/error.h"

namespace systolite {

std::vector<LayerWindow> layer_windows(const JobStep& job, const Trace& trace) {
  std::map<int, Cycles> last_done;  // first cycle after the last completion, by operator
  std::array<std::size_t, kEngineCount> seen{};
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    const auto opcode = isa::opcode_of(job.commands[i]);
    if (!opcode) throw Error(ExitCode::kInternal, fmt::format("Command {} of the stream has no known opcode.", i));
    const auto engine = static_cast<std::size_t>(isa::engine_of(*opcode));
    if (engine >= kEngineCount) continue;  // END
    const std::vector<Cycles>& done = trace.done_cycles[engine];
    if (seen[engine] >= done.size()) {
      throw Error(ExitCode::kDevice,
                  fmt::format("The trace shows {} completed commands of engine {}, the stream has more.", done.size(),
                              isa::name(static_cast<isa::Engine>(engine))));
    }
    const Cycles end = done[seen[engine]++] + 1;
    if (job.op_of_command[i] >= 0) {
      Cycles& last = last_done[job.op_of_command[i]];
      last = std::max(last, end);
    }
  }

  std::vector<LayerWindow> windows;
  Cycles from = 0;
  for (const auto& [op, last] : last_done) {
    const Cycles to = std::max(from, last);
    windows.push_back({op, from, to});
    from = to;
  }
  if (!windows.empty()) windows.back().to = trace.cycles;
  return windows;
}

}  // namespace systolite
