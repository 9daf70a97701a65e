// SPDX-License-Identifier: Apache-2.0
// Which images lie in the scratchpad with rows and columns swapped, and how the transfers bring them there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/row_bands.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// A scratchpad row holds a column of the image: `rows` pixels of `pixel_bytes` bytes, pixel y of scratchpad row x being
// the bytes x * step_bytes - pad_bytes onwards of image row y in memory, zero points where they lie outside that row.
struct ColumnLayout {
  int rows = 1;
  int pixel_bytes = 1;
  int step_bytes = 1;
  int pad_bytes = 0;
  int memory_row_bytes = 1;
};

// The network as the array sees it. Operators and tensors have the indices of the network it was made from; kernels
// with another order are appended as tensors of their own. Images in bands have the shape of what is stored.
struct Layout {
  Graph graph;
  std::vector<std::optional<ColumnLayout>> columns;  // per tensor; none: the bytes of memory as they are
  std::vector<std::optional<RowBands>> bands = {};   // per tensor (band_layout.h); empty: none
};

// Swaps rows and columns of whole chains of operators that do not mind (convolution, pooling, ADD) where that makes the
// array faster: a depthwise layer pays `taps - 1` positions for every row, so few long rows are better; and a chain
// that starts with a convolution of a network input of few channels can have each pixel gathered, as it is loaded,
// together with its neighbours under the kernel row, which makes the whole kernel one string. Deterministic.
//
// For many configurations of one network: a layout that several of them try is made once.
class LayoutChooser {
 public:
  // The graph outlives the chooser.
  explicit LayoutChooser(const Graph& graph);
  ~LayoutChooser();
  // Valid as long as the chooser.
  [[nodiscard]] const Layout& choose(const HwConfig& hw);

 private:
  class Family;  // layouts of configurations that run the same operators on the same engines
  const Graph& graph_;
  std::map<std::vector<Where>, std::unique_ptr<Family>> families_;  // by operator
};

// For one configuration.
[[nodiscard]] inline Layout choose_layout(const Graph& graph, const HwConfig& hw) {
  return LayoutChooser(graph).choose(hw);
}

}  // namespace systolite
