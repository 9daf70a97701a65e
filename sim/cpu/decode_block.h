// SPDX-License-Identifier: Apache-2.0
// Decodes the block at the machine's pc and keeps it in its cache.
#pragma once

#include "sim/cpu/block_cache.h"

namespace systolite::cpu {

struct Machine;

Block& decode_block(Machine& machine);

}  // namespace systolite::cpu
