// SPDX-License-Identifier: Apache-2.0
// Errors that stop a job.
#pragma once

#include <cstdint>

#include "tests/lockstep/hardware.h"
#include "tests/lockstep/stream_generator.h"

namespace systolite::lockstep {

// Puts one error into a legal stream; `turn` chooses which, in turn.
void add_fault(LockstepStream& stream, std::uint64_t turn, Random& random);

}  // namespace systolite::lockstep
