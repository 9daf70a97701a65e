// SPDX-License-Identifier: Apache-2.0
// Where every activation tensor lives: scratchpad view, SRAM address, or both.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/lower/plan.h"
#include "mapper/lower/view.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

struct Placement {
  std::vector<int> root;                  // per tensor: the tensor whose bytes it shares (RESHAPE), else itself
  std::vector<std::optional<View>> view;  // per tensor, set on roots the device touches
  std::vector<std::optional<std::uint32_t>> sram;  // per tensor, set on roots that exist in SRAM: bus address
  std::uint32_t sram_bytes = 0;                    // arena in use
  std::vector<ScratchpadPlace> scratchpad;         // the views as bytes, with lifetimes; by first_op
  std::vector<int> over;  // per operator: the tensor (root) whose bytes its result takes (shared_bytes.h), -1: none

  [[nodiscard]] std::size_t root_of(int tensor) const {
    return static_cast<std::size_t>(root[static_cast<std::size_t>(tensor)]);
  }
  [[nodiscard]] const View& view_of(int tensor) const { return *view[root_of(tensor)]; }
};

// Postcondition: tensors alive at the same operator do not overlap in the scratchpad, unless one is the result of the
// operator and takes the bytes of the other, which is done only where the tensors do not fit otherwise. Inputs of
// depthwise layers in column mode have their rows spread over banks where the layer wants more than one kernel row a
// pass and the banks allow it. `in_memory` is the network with its tensors as they lie in SRAM. Throws Error(kModel)
// when the tensors of some operator do not fit.
[[nodiscard]] Placement place_tensors(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw,
                                      bool keep_all_tensors, const Graph& in_memory);
[[nodiscard]] inline Placement place_tensors(const Graph& graph, const std::vector<OpPlan>& plans, const HwConfig& hw,
                                             bool keep_all_tensors) {
  return place_tensors(graph, plans, hw, keep_all_tensors, graph);
}

// Kernel rows a depthwise layer can take per pass when its input has the given view.
[[nodiscard]] int usable_bus_rows(const DepthwisePlan& plan, const View& input) noexcept;

}  // namespace systolite
