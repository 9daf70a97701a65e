// SPDX-License-Identifier: Apache-2.0
// Runs streams on several backends and compares everything they show.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/lockstep/backend.h"

namespace systolite::lockstep {

[[nodiscard]] bool same_trace(const Trace& a, const Trace& b);

// How the observation of a backend differs from that of the reference, which has a memory, with stream, command, cycle
// and states; nothing if it does not.
[[nodiscard]] std::optional<std::string> difference(const LockstepStream& stream, const Backend& reference,
                                                    const Observation& expected, const Backend& backend,
                                                    const Observation& observed);

// "hardware 2, stream 17 (mixed): ... ", and how to run it alone.
[[nodiscard]] std::string describe(const LockstepStream& stream);

}  // namespace systolite::lockstep
