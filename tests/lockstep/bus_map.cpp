// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/bus_map.h"

#include <cstring>
#include <span>
#include <vector>

#include "tests/lockstep/hardware.h"

namespace systolite::lockstep {
namespace {

std::uint32_t multiplier(Random& random) {
  if (random.chance(80)) return static_cast<std::uint32_t>(random.integer(1 << 30, 0x7FFFFFFF));
  return static_cast<std::uint32_t>(random.chance(50) ? random.integer(0, 0x7FFFFFFF)
                                                      : (std::int64_t{1} << random.number(0, 30)));
}

std::uint8_t shift(Random& random) {
  return static_cast<std::uint8_t>(random.chance(80) ? random.number(-14, 0) : random.number(-31, 30));
}

}  // namespace

void fill_memory(const HwConfig& hw, std::uint64_t seed, BusMemory& memory) {
  Random random(seed);
  std::vector<std::uint8_t> bytes(kJobsFrom - kDataFrom);
  for (const MemoryRegion* region : {&hw.flash, &hw.sram}) {
    for (std::uint32_t at = kDataFrom; at < kMultFrom; at += 4) {
      const auto word = static_cast<std::uint32_t>(random.integer(0, 0xFFFFFFFF));
      std::memcpy(&bytes[at - kDataFrom], &word, 4);
    }
    for (std::uint32_t at = kMultFrom; at < kShiftFrom; at += 4) {
      const std::uint32_t word = multiplier(random);
      std::memcpy(&bytes[at - kDataFrom], &word, 4);
    }
    for (std::uint32_t at = kShiftFrom; at < kJobsFrom; ++at) bytes[at - kDataFrom] = shift(random);
    memory.write(region->base + kDataFrom, bytes);
  }
}

}  // namespace systolite::lockstep
