// SPDX-License-Identifier: Apache-2.0
// Network to device program: the main path of the mapper.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/band_layout.h"
#include "mapper/lower/flash_image.h"
#include "mapper/lower/layout.h"
#include "mapper/lower/lower_matrix.h"
#include "mapper/lower/pack.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/core/quantize.h"

namespace systolite {

struct MapOptions {
  bool keep_all_tensors = false;  // store every activation to SRAM, so that each can be compared with a golden tensor
  bool prefetch = true;  // false: weights and tables of a group of column tiles are loaded when the array has finished
                         // the group before; for comparison
  Rounding rounding = Rounding::kDouble;  // double as TensorFlow Lite Micro, or single
  std::map<int, LayerCut> cuts = {};      // by operator on the array; the others are cut by estimate
  bool exact_cuts = false;  // true: cuts that cannot be as they stand are refused, Error(kConfig), instead of being
                            // done as far as possible
  FlashContents contents = FlashContents::kBytes;  // kAddresses: Program::flash stays empty, for who wants no more than
                                                   // commands and cycles
};

// Steps, in this order: choose the order of rows and columns (layout.h), plan every operator (plan.h), place tensors in
// scratchpad and SRAM (place.h), pack constants into the flash image (pack.h), put units of work into command streams
// (schedule.h). Deterministic: same arguments, same bytes. Throws Error(kModel) when an activation tensor does not fit,
// saying which and how many bytes are missing.
[[nodiscard]] Program map_network(const Graph& graph, const HwConfig& hw, const MapOptions& options = {});

// A network with what mapping finds out about it, whatever the hardware: for many configurations of one network that is
// done once. Not for several threads at a time.
class MappingSource {
 public:
  // The graph outlives the source.
  explicit MappingSource(const Graph& graph) : graph_(graph), layouts_(graph) {}

  [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
  [[nodiscard]] const Layout& layout(const HwConfig& hw) { return layouts_.choose(hw); }
  // By operator.
  [[nodiscard]] const std::vector<std::optional<FoldedLayer>>& folded(Rounding rounding);

 private:
  const Graph& graph_;
  LayoutChooser layouts_;
  std::map<Rounding, std::vector<std::optional<FoldedLayer>>> folded_;
};

// The same for many cuts of one network: what they do not change is done once.
class NetworkMapper {
 public:
  // The arguments outlive the mapper.
  NetworkMapper(MappingSource& source, const HwConfig& hw, const MapOptions& options);
  ~NetworkMapper();
  // The program of map_network() with these cuts in place of those of the options.
  [[nodiscard]] Program map(const std::map<int, LayerCut>& cuts, bool prefetch = true);
  // How that program's operators on the array are cut, with all that was left to estimates. With these cuts it becomes
  // the same program.
  [[nodiscard]] const std::map<int, LayerCut>& done_cuts() const noexcept;

 private:
  class Impl;
  MappingSource& source_;
  const HwConfig& hw_;
  const MapOptions options_;
  std::vector<int> most_bands_;                // by operator
  std::map<BandChoices, BandChoices> chosen_;  // by what is wanted
  std::map<BandChoices, Layout> banded_;       // by what is chosen
  std::map<BandChoices, std::unique_ptr<Impl>> impls_;
  std::map<int, LayerCut> done_cuts_;
};

}  // namespace systolite
