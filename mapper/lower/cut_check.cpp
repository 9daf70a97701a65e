// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/cut_check.h"

#include <fmt/format.h>

#include <string>

#include "sim/core/error.h"

namespace systolite {
namespace {

// No image has as many rows, no layer as many column tiles.
constexpr int kMost = 65536;

std::string named(const Graph& graph, int op) {
  return fmt::format("{}: cut of operator #{} ({})", graph.name, op, graph.ops[static_cast<std::size_t>(op)].type);
}

[[noreturn]] void refuse(const std::string& sentence) { throw Error(ExitCode::kConfig, sentence); }

void check_value(const std::string& what, const char* key, int value, int least) {
  if (value < least || value > kMost)
    refuse(fmt::format("{}: {} is {}: must be {} to {}", what, key, value, least, kMost));
}

void check_cut(const Graph& graph, int op, const LayerCut& cut, const OpPlan& plan, const HwConfig& hw) {
  const std::string what = named(graph, op);
  if (where_of(plan) != Where::kArray) refuse(fmt::format("{}: it does not run on the array, so it is not cut", what));
  check_value(what, "blocks", cut.blocks, 0);
  check_value(what, "tiles", cut.tiles, 0);
  check_value(what, "first_blocks", cut.first_blocks, 0);
  check_value(what, "first_rows", cut.first_rows, 0);
  check_value(what, "first_tiles", cut.first_tiles, 0);
  check_value(what, "last_blocks", cut.last_blocks, 0);
  check_value(what, "first_parts", cut.first_parts, 1);
  if ((cut.blocks == 0) != (cut.tiles == 0)) {
    refuse(fmt::format("{}: blocks is {} and tiles is {}: must both be given, or both be 0 for an estimate", what,
                       cut.blocks, cut.tiles));
  }
  const Dataflow own = choose_dataflow(plan, hw);
  if (cut.dataflow && *cut.dataflow != own && !dataflow_is_free(plan, hw)) {
    refuse(fmt::format("{}: dataflow is {}: must be {}, the only one that it can have on {}", what, name(*cut.dataflow),
                       name(own), hw.name));
  }
}

void check_tiles(const MatrixLayer& layer, const char* key, int wanted, int done, const HwConfig& hw) {
  if (wanted <= done) return;
  const auto there = static_cast<int>(layer.packed->tiles.size());
  const std::string what = named(*layer.graph, layer.op_index);
  if (wanted > there) {
    refuse(fmt::format("{}: {} is {}: must be at most {}, the column tiles that it has", what, key, wanted, there));
  }
  refuse(
      fmt::format("{}: {} is {}: must be at most {}, as many as with these blocks go together into the accumulator, "
                  "the weight buffer and the tables of {}",
                  what, key, wanted, done, hw.name));
}

}  // namespace

void check_cuts(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw,
                const std::map<int, LayerCut>& cuts) {
  const int count = static_cast<int>(graph.ops.size());
  for (const auto& [op, cut] : cuts) {
    if (op < 0 || op >= count) {
      refuse(fmt::format("{}: cut of operator #{}: must be one of operators 0 to {}", graph.name, op, count - 1));
    }
    check_cut(graph, op, cut, plans[static_cast<std::size_t>(op)], hw);
  }
}

void check_bands(const Graph& graph, const BandChoices& wanted, const BandChoices& chosen, const std::vector<int>& most,
                 const HwConfig& hw) {
  for (const auto& [op, choice] : wanted) {
    // Others are refused before lowering.
    if (op < 0 || op >= static_cast<int>(most.size()) || choice.count == 1) continue;
    const auto found = chosen.find(op);
    if (found != chosen.end() && found->second == choice) continue;
    const std::string what = named(graph, op);
    const int there = most[static_cast<std::size_t>(op)];
    if (choice.count < 1 || choice.count > there)
      refuse(fmt::format("{}: row_bands is {}: must be 0, for an estimate, or 1 to {}, the most that it can have on {}",
                         what, choice.count, there, hw.name));
    refuse(
        fmt::format("{}: row_bands is {} and bands_unrolled is {}: must be another number, or the other way to make "
                    "them; the rows do not divide so, the convolution before has no such pixels, or the scratchpad "
                    "of {} has no room",
                    what, choice.count, choice.unrolled, hw.name));
  }
}

void check_cut_done(const MatrixLayer& layer, const LayerCut& done, const HwConfig& hw) {
  check_tiles(layer, "tiles", layer.cut.tiles, done.tiles, hw);
  check_tiles(layer, "first_tiles", layer.cut.first_tiles, done.first_tiles, hw);
}

}  // namespace systolite
