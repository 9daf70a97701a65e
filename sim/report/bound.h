// SPDX-License-Identifier: Apache-2.0
// What holds up a layer, from the states of the engine it lives on.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/report/state_cycles.h"

namespace systolite {

enum class Bound : std::uint8_t {
  kCompute,      // the array works, or the vector engine waits for it
  kWeights,      // they are not there yet
  kActivations,  // waits for a transfer of activations or tables
  kVector,       // the vector engine works, or the array waits for it
  kControl,      // no command at hand, or the array empties: latency of the front end and of the array
};

[[nodiscard]] const char* name(Bound bound);

// Where most of the cycles of `engine`, matrix or vector, went; of equals the first in the order above. Nothing for no
// cycles.
[[nodiscard]] std::optional<Bound> bound_of(isa::Engine engine, const StateCycles& states);

}  // namespace systolite
