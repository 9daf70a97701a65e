// SPDX-License-Identifier: Apache-2.0
#include "sim/tuning/tune_cuts.h"

#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/stop_request.h"
#include "sim/fast/timing.h"
#include "sim/memory/bus_timing.h"

namespace systolite {
namespace {

// Another pass over the layers, whose neighbours have changed, is begun if it would not exceed this.
constexpr int kMaxPrograms = 2500;
constexpr int kBlocks[] = {1, 2, 4};
constexpr int kTiles[] = {1, 2, 4, 8};
constexpr int kEdgeBlocks[] = {1, 2, 4, 8, 16};
constexpr int kFirstRows[] = {0, 1, 2, 4};
constexpr int kFirstTiles[] = {1, 2, 4};
constexpr int kFirstParts[] = {1, 2, 4};

class Search {
 public:
  Search(const Graph& graph, const HwConfig& hw, const MapOptions& options)
      : graph_(graph),
        hw_(hw),
        source_(graph),
        mapper_(source_, hw, without_bytes(options)),
        first_(mapper_.map(options.cuts, options.prefetch)) {
    best_.cuts = options.cuts;
    best_.cycles = best_.before = program_cycles(first_, hw);
    best_.tried = 1;
  }

  TunedCuts run() {
    leave_bands();
    const TunedCuts start = best_;
    descend();
    // What is best for a layer depends on its neighbours, and most of all on whether they have joint commands: the
    // other way may lead to a better end.
    if (2 * best_.tried > kMaxPrograms) return std::move(best_);
    TunedCuts found = std::exchange(best_, start);
    for (int op = 0; op < static_cast<int>(graph_.ops.size()); ++op) {
      if (on_array(op)) best_.cuts[op].joint = false;
    }
    best_.cycles = program_cycles(mapper_.map(best_.cuts), hw_);
    descend();
    best_.tried += found.tried;
    found.tried = best_.tried;
    return best_.cycles < found.cycles ? std::move(best_) : std::move(found);
  }

 private:
  static MapOptions without_bytes(MapOptions options) {
    options.contents = FlashContents::kAddresses;
    return options;
  }

  [[nodiscard]] bool on_array(int op) const {
    return first_.layers[static_cast<std::size_t>(op)].where == Where::kArray;
  }

  // Bands of rows that do not pay before anything is searched may pay later, but lead the search astray.
  void leave_bands() {
    for (int op = 0; op < static_cast<int>(graph_.ops.size()); ++op) {
      if (first_.layers[static_cast<std::size_t>(op)].row_bands < 2) continue;
      LayerCut cut = best_.cuts[op];
      cut.row_bands = 1;
      attempt(op, cut);
    }
  }

  // Takes one layer after the other, and so again, as long as that gains cycles.
  void descend() {
    int in_a_pass = 0;
    Cycles before = 0;
    do {
      before = best_.cycles;
      const int tried = best_.tried;
      for (int op = 0; op < static_cast<int>(graph_.ops.size()); ++op) {
        if (on_array(op)) tune(op);
      }
      in_a_pass = best_.tried - tried;
    } while (best_.cycles < before && best_.tried + in_a_pass <= kMaxPrograms);
  }

  void tune(int op) {
    const bool as_before = best_.cuts[op].joint;
    const int bands_before = best_.cuts[op].row_bands;
    const bool unrolled_before = best_.cuts[op].bands_unrolled;
    for (const std::optional<Dataflow> dataflow : dataflows(first_.layers[static_cast<std::size_t>(op)])) {
      for (const int blocks : kBlocks) {
        for (const int tiles : kTiles)
          attempt(op, {.blocks = blocks,
                       .tiles = tiles,
                       .joint = as_before,
                       .dataflow = dataflow,
                       .row_bands = bands_before,
                       .bands_unrolled = unrolled_before});
      }
    }
    vary(op, &LayerCut::first_blocks, kEdgeBlocks);
    vary(op, &LayerCut::first_rows, kFirstRows);
    vary(op, &LayerCut::last_blocks, kEdgeBlocks);
    for (const bool joint : {true, false}) {
      LayerCut cut = best_.cuts[op];
      cut.joint = joint;
      attempt(op, cut);
    }
    const int most_bands = first_.layers[static_cast<std::size_t>(op)].most_row_bands;
    for (int bands = 1; most_bands > 1 && bands <= most_bands; ++bands) {
      for (const bool unrolled : {false, true}) {
        LayerCut cut = best_.cuts[op];
        cut.row_bands = bands;
        cut.bands_unrolled = unrolled;
        if (bands > 1 || !unrolled) attempt(op, cut);
      }
    }
    LayerCut cut = best_.cuts[op];
    for (const int tiles : kFirstTiles) {
      for (const int parts : kFirstParts) {
        cut.first_tiles = tiles;
        cut.first_parts = parts;
        attempt(op, cut);
      }
    }
  }

  // The one that the layer has without the search, then the other one.
  [[nodiscard]] static std::vector<std::optional<Dataflow>> dataflows(const LayerInfo& layer) {
    if (!layer.either_dataflow) return {std::nullopt};
    return {layer.dataflow, layer.dataflow == Dataflow::kWeight ? Dataflow::kOutput : Dataflow::kWeight};
  }

  void vary(int op, int LayerCut::*member, std::span<const int> values) {
    LayerCut cut = best_.cuts[op];
    for (const int value : values) {
      cut.*member = value;
      attempt(op, cut);
    }
  }

  void attempt(int op, const LayerCut& cut) {
    check_stop();
    auto cuts = best_.cuts;
    cuts[op] = cut;
    const Cycles cycles = program_cycles(mapper_.map(cuts), hw_);
    ++best_.tried;
    if (cycles >= best_.cycles) return;
    best_.cycles = cycles;
    best_.cuts = std::move(cuts);
  }

  const Graph& graph_;
  const HwConfig& hw_;
  MappingSource source_;
  NetworkMapper mapper_;
  Program first_;
  TunedCuts best_;
};

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

TunedCuts tune_cuts(const Graph& graph, const HwConfig& hw, const MapOptions& options) {
  return Search(graph, hw, options).run();
}

}  // namespace systolite
