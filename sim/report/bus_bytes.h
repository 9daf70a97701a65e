// SPDX-License-Identifier: Apache-2.0
// Bus traffic that the commands of a job cause.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/program/program.h"

namespace systolite {

struct CommandBytes {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
};

// For each command the bytes of the bus words it moves: every row of an ld or st takes the words it touches, unused
// bytes of the first and last word included. Other commands move nothing. The fetch of the stream itself is not in it.
[[nodiscard]] std::vector<CommandBytes> command_bytes(const JobStep& job, int bus_bytes);

}  // namespace systolite
