// SPDX-License-Identifier: Apache-2.0
// Small random networks with much to remove: dead filters, inputs that nobody weighs, extreme biases and scales.
#pragma once

#include <cstdint>

#include "tests/reference/random_layer.h"

namespace systolite::test {

// Two to eight operators in a chain with now and then a branch that an ADD joins again. The same seed gives the same
// case on every machine.
[[nodiscard]] reference::RandomCase prunable_network(std::uint64_t seed);

}  // namespace systolite::test
