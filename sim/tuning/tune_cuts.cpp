// SPDX-License-Identifier: Apache-2.0
#include "sim/tuning/tune_cuts.h"

#include <utility>
#include <variant>

#include "sim/fast/timing.h"
#include "sim/memory/bus_timing.h"

namespace systolite {
namespace {

constexpr int kBlocks[] = {1, 2, 4};
constexpr int kTiles[] = {1, 2, 4, 8};

}  // namespace

Cycles program_cycles(const Program& program, const HwConfig& hw) {
  const fast::TimingModel model(hw);
  BusTiming memory(hw);
  Cycles cycles = 0;
  for (const Step& step : program.steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    cycles += model.time(model.prepare(job->commands), job->stream_address, memory).cycles;
  }
  return cycles;
}

TunedCuts tune_cuts(const Graph& graph, const HwConfig& hw, MapOptions options) {
  TunedCuts best{.cuts = options.cuts, .tried = 1};
  const Program first = map_network(graph, hw, options);
  best.cycles = best.before = program_cycles(first, hw);
  for (int op = 0; op < static_cast<int>(graph.ops.size()); ++op) {
    if (first.layers[static_cast<std::size_t>(op)].where != Where::kArray) continue;
    for (const int blocks : kBlocks) {
      for (const int tiles : kTiles) {
        options.cuts = best.cuts;
        options.cuts[op] = {blocks, tiles};
        const Cycles cycles = program_cycles(map_network(graph, hw, options), hw);
        ++best.tried;
        if (cycles >= best.cycles) continue;
        best.cycles = cycles;
        best.cuts = options.cuts;
      }
    }
  }
  return best;
}

}  // namespace systolite
