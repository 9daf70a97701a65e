// SPDX-License-Identifier: Apache-2.0
// A pass that removes what no output of the network depends on: channels that have the same value in every inference,
// whose effect goes into the biases of their consumers, and channels that no consumer reads.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/core/quantize.h"

namespace systolite {

struct RemovedChannel {
  int channel;                       // of the tensor as it was
  std::optional<std::int8_t> value;  // the same in every inference and at every pixel; nothing: varies, but is not read
  bool operator==(const RemovedChannel&) const = default;
};

// The channels (last dimension) of an activation, each ascending.
struct TensorChannels {
  std::vector<int> kept;  // the i-th is channel i of the reduced tensor
  std::vector<RemovedChannel> removed;
};

// What an operator lost.
struct RemovedWork {
  int constant_channels = 0;  // of its output
  int unread_channels = 0;
  std::int64_t macs = 0;
  std::int64_t weights = 0;
};

struct ReducedGraph {
  Graph graph;
  std::vector<TensorChannels> channels;  // by tensor index; empty for tensors that are no activations
  std::vector<RemovedWork> removed;      // one per operator
};

// Precondition: a graph as import_tflite() makes it. Postcondition: for every inference in this rounding, the reduced
// graph's activations are those of `graph` without the removed channels, so its outputs are the same; operators and the
// indices of tensors stay, shapes of network inputs and outputs too; constants that operators shared may have been
// copied to new tensors behind the others. Applied to its own result the pass removes nothing.
[[nodiscard]] ReducedGraph remove_constant_channels(const Graph& graph, Rounding rounding);

// The sum over all operators; channels are counted where they are computed, at CONV_2D, DEPTHWISE_CONV_2D and
// FULLY_CONNECTED.
[[nodiscard]] RemovedWork total_removed(const ReducedGraph& reduced);

}  // namespace systolite
