// SPDX-License-Identifier: Apache-2.0
#include "sim/report/layer_windows.h"

#include <algorithm>
#include <map>
#include <optional>

#include "sim/report/command_work.h"

namespace systolite {
namespace {

struct LayerEvents {
  Cycles done = 0;                   // first cycle after its last completion
  Cycles matrix_end = 0;             // first cycle after its last matrix work
  std::optional<Cycles> matrix_pop;  // its first mm command leaves the queue
};

std::map<int, LayerEvents> read_events(const JobStep& job, const Trace& trace, const HwConfig& hw) {
  std::map<int, LayerEvents> layers;
  for (const std::vector<CommandWork>& commands : command_work(job, trace, hw)) {
    for (const CommandWork& work : commands) {
      const int op = job.op_of_command[work.command];
      if (op < 0) continue;
      LayerEvents& layer = layers[op];
      layer.done = std::max(layer.done, work.done + 1);
      if (isa::opcode_of(job.commands[work.command]) != isa::Opcode::kMm) continue;
      if (!layer.matrix_pop) layer.matrix_pop = work.pop;
      layer.matrix_end = std::max(layer.matrix_end, work.to);
    }
  }
  return layers;
}

}  // namespace

std::vector<LayerWindow> layer_windows(const JobStep& job, const Trace& trace, const HwConfig& hw) {
  const std::map<int, LayerEvents> layers = read_events(job, trace, hw);
  std::vector<LayerWindow> windows;
  Cycles from = 0;
  for (auto layer = layers.begin(); layer != layers.end(); ++layer) {
    Cycles to = layer->second.done;
    if (layer->second.matrix_pop) {
      to = layer->second.matrix_end;
    } else {
      const auto next =
          std::find_if(layer, layers.end(), [](const auto& entry) { return entry.second.matrix_pop.has_value(); });
      if (next != layers.end()) to = std::min(to, *next->second.matrix_pop);
    }
    to = std::max(from, to);
    windows.push_back({layer->first, from, to});
    from = to;
  }
  if (!windows.empty()) windows.back().to = trace.cycles;
  return windows;
}

}  // namespace systolite
