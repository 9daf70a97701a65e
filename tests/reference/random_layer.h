// SPDX-License-Identifier: Apache-2.0
// Small random networks with random data, for comparing backends with the reference.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapper/ir/graph.h"
#include "tests/reference/reference_graph.h"

namespace systolite::reference {

struct RandomCase {
  Graph graph;
  std::vector<Bytes> inputs;  // in the order of Graph::inputs
  std::string description;    // one line: seed, shapes, parameters

  // Contents of every int8 tensor, by tensor index.
  [[nodiscard]] std::vector<Bytes> tensors(RoundingMode mode = RoundingMode::kTwice) const {
    return evaluate(graph, inputs, mode);
  }
};

// One operator: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, ADD, AVERAGE_POOL_2D or MAX_POOL_2D, now and then one the
// device does not take (depth multiplier, broadcast). The same seed gives the same case on every machine. No activation
// tensor is larger than 16 KiB and no weight tensor larger than 40 KiB.
[[nodiscard]] RandomCase random_layer(std::uint64_t seed);

// Two or three operators that hand activations on: conv -> conv -> add of both, conv -> add of the input, conv -> pool,
// depthwise -> pointwise, pool -> fully connected, conv -> reshape -> fully connected -> softmax.
[[nodiscard]] RandomCase random_chain(std::uint64_t seed);

// Images that are worth another order: more rows than columns or few channels, through a convolution with a wide kernel
// and a depthwise layer into a convolution, an ADD, a pool, a reshape to a vector, or an operator for the CPU.
[[nodiscard]] RandomCase random_narrow_chain(std::uint64_t seed);

// Few channels through a convolution, a depthwise layer of any kernel, stride and padding, and a pointwise convolution;
// now and then another depthwise and pointwise one.
[[nodiscard]] RandomCase random_thin_chain(std::uint64_t seed);

}  // namespace systolite::reference
