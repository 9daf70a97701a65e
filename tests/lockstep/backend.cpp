// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/backend.h"

#include <span>
#include <utility>

#include "tests/lockstep/bus_map.h"

namespace systolite::lockstep {
namespace {

std::vector<std::uint8_t> bytes_of(const std::vector<isa::Command>& commands) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(commands.size() * isa::kCommandBytes);
  for (const isa::Command& command : commands) {
    for (const std::uint32_t word : command.w) {
      for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

}  // namespace

Jobs jobs_of(const LockstepStream& stream) {
  const HwConfig& hw = stream.hw;
  const std::uint32_t jobs = hw.flash.base + kJobsFrom;
  const std::uint32_t store = jobs + (kRegionEnd - kJobsFrom) / 2;
  const auto whole = [](std::uint32_t address, std::vector<isa::Command> commands) {
    const auto bytes = static_cast<std::uint32_t>(commands.size() * isa::kCommandBytes);
    return Job{address, bytes, std::move(commands)};
  };
  return {whole(jobs, fill_local_memories(hw)), Job{stream.address, stream.bytes, stream.commands},
          whole(store, store_scratchpad(hw, hw.sram.base + kDataFrom))};
}

void prepare_memory(const LockstepStream& stream, const Jobs& jobs, BusMemory& memory) {
  fill_memory(stream.hw, stream.number, memory);
  for (const Job& job : jobs) {
    const std::vector<std::uint8_t> bytes = bytes_of(job.commands);
    // A stream that is to be refused may lie outside.
    if (memory.storage(job.address).size() >= bytes.size()) memory.write(job.address, bytes);
  }
}

}  // namespace systolite::lockstep
