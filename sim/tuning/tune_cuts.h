// SPDX-License-Identifier: Apache-2.0
// Chooses how layers are cut by the exact cycles of the whole network, not by an estimate of the layer.
#pragma once

#include <map>

#include "mapper/ir/graph.h"
#include "mapper/lower/map.h"
#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

// Cycles of all jobs of a program on the fast model, doorbell to interrupt, without back-pressure.
[[nodiscard]] Cycles program_cycles(const Program& program, const HwConfig& hw);

struct TunedCuts {
  std::map<int, LayerCut> cuts;  // for MapOptions::cuts
  Cycles cycles = 0;
  Cycles before = 0;  // with every layer cut by estimate
  int tried = 0;      // programs mapped and timed
};

// Takes the layers in the order of the network, tries every cut of a fixed list on each, in both dataflows where either
// is possible, and keeps the quickest, of equals the first; and so again, as long as that gains cycles and the network
// is small. Small networks are searched twice, beginning with joint commands for column tiles and without.
// Deterministic. Throws what map_network() throws.
[[nodiscard]] TunedCuts tune_cuts(const Graph& graph, const HwConfig& hw, const MapOptions& options = {});

}  // namespace systolite
