// SPDX-License-Identifier: Apache-2.0
// Runs a Graph with the reference operators.
#pragma once

#include <span>
#include <vector>

#include "mapper/ir/graph.h"
#include "tests/reference/reference_ops.h"

namespace systolite::reference {

// Contents of every int8 tensor of the graph, by tensor index; int32 tensors stay empty. `inputs` in the order of
// Graph::inputs. Throws std::invalid_argument for an input of the wrong size.
[[nodiscard]] std::vector<Bytes> evaluate(const Graph& graph, std::span<const Bytes> inputs,
                                          RoundingMode mode = RoundingMode::kTwice);

}  // namespace systolite::reference
