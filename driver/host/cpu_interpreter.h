// SPDX-License-Identifier: Apache-2.0
// A whole network on the processor kernels: the reference that needs no device.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

// Runs every operator in order. `inputs` are the tensors graph.inputs, in that order, dense NHWC. The result holds
// every activation by tensor index, the inputs included. Throws Error(kData) for a wrong number or size of inputs,
// Error(kModel) for an operator outside the range of its kernel.
[[nodiscard]] std::map<int, std::vector<std::int8_t>> run_on_cpu(const Graph& graph,
                                                                 const std::vector<std::vector<std::int8_t>>& inputs,
                                                                 Rounding rounding = Rounding::kDouble);

}  // namespace systolite
