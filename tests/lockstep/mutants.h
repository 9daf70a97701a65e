// SPDX-License-Identifier: Apache-2.0
// Models that are wrong by one in one place. A suite that finds no difference to one of them does not test that place.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/fast/latencies.h"
#include "tests/lockstep/stream_generator.h"

namespace systolite::lockstep {

struct Mutant {
  std::string name;  // "done_to_token +1"
  fast::Latencies latencies;
  // Why nobody can tell it from the right model; empty for the others.
  std::string no_effect;
  // Changes the configuration the model sees.
  std::function<void(LockstepStream&)> change_stream = [](LockstepStream&) {};
};

// Every latency of the fast model, and every parameter of a configuration that is about time and not about shapes; each
// one more and, where that is possible, one less.
[[nodiscard]] std::vector<Mutant> all_mutants();

}  // namespace systolite::lockstep
