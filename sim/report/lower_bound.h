// SPDX-License-Identifier: Apache-2.0
// How few cycles a layer could take on an array of this shape, behind a bus of this width.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"

namespace systolite {

// Array: cycles in which positions enter an array that is never waiting, with what its shape costs counted. A dense
// layer of K weights per output channel, N output channels and P output pixels takes ceil(K / rows) x ceil(N / cols) x
// P, also if u neighbouring pixels are computed as u x N channels, whichever is least. A depthwise layer in column mode
// takes ceil(C / cols) passes over P for every group of kernel rows that its buses can hold, over 1 / n of P where C
// channels fit n times beside each other (bands of rows), or as many cycles as in dense tiles on the diagonal. Not
// counted, because a better schedule could avoid it: K steps that are longer than their pixels, positions of the column
// mode that yield no output, filling and draining.
//
// Transfer: bytes that have to cross the bus, weights and biases of the model file, tensors that come from memory or go
// there, divided by the width of the bus; reads and writes have channels of their own. Not counted: multipliers and
// shifts, commands, words that a row uses in part, latency and speed of the memory.
struct LowerBound {
  std::int64_t array_cycles = 0;
  std::int64_t read_bytes = 0;
  std::int64_t written_bytes = 0;
  std::int64_t transfer_cycles = 0;

  [[nodiscard]] std::int64_t cycles() const noexcept { return std::max(array_cycles, transfer_cycles); }
};

// By operator; operators that the device does not execute have none. The vector engine can do its work while the array
// is at other layers, so that its operators have a transfer bound only. `program`: of this graph.
[[nodiscard]] std::vector<LowerBound> lower_bounds(const Graph& graph, const Program& program, const HwConfig& hw);

}  // namespace systolite
