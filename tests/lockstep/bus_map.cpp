// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/bus_map.h"

#include <cstring>
#include <span>
#include <vector>

#include "tests/lockstep/hardware.h"

namespace systolite::lockstep {
namespace {

constexpr std::uint32_t kBiasForms = 4;

std::uint32_t multiplier(Random& random) {
  if (random.chance(80)) return static_cast<std::uint32_t>(random.integer(1 << 30, 0x7FFFFFFF));
  return static_cast<std::uint32_t>(random.chance(50) ? random.integer(0, 0x7FFFFFFF)
                                                      : (std::int64_t{1} << random.number(0, 30)));
}

std::uint8_t shift(Random& random) {
  return static_cast<std::uint8_t>(random.chance(80) ? random.number(-14, 0) : random.number(-31, 30));
}

// Scales of every whole group.
void put_scales(std::span<std::uint8_t> table, const HwConfig& hw, std::uint32_t bias_form, Random& random) {
  const auto slots = static_cast<std::uint32_t>(hw.dma.bus_bytes());
  const std::uint32_t group_bytes = full_group_bytes(hw, bias_form);
  for (std::uint32_t group = 0; group + group_bytes <= table.size(); group += group_bytes) {
    for (std::uint32_t i = 0; i < slots; ++i) {
      const std::uint32_t word = multiplier(random);
      std::memcpy(&table[group + 4 * i], &word, 4);
      table[group + 4 * slots + i] = shift(random);
    }
  }
}

}  // namespace

std::uint32_t full_group_bytes(const HwConfig& hw, std::uint32_t bias_form) {
  const std::uint32_t bias_bytes = bias_form == 0 ? 0 : bias_form + 1;  // 16, 24, 32 bits
  return (5 + bias_bytes) * static_cast<std::uint32_t>(hw.dma.bus_bytes());
}

void fill_memory(const HwConfig& hw, std::uint64_t seed, BusMemory& memory) {
  Random random(seed);
  std::vector<std::uint8_t> bytes(kJobsFrom - kDataFrom);
  for (const MemoryRegion* region : {&hw.flash, &hw.sram}) {
    for (std::uint32_t at = kDataFrom; at < kJobsFrom; at += 4) {
      const auto word = static_cast<std::uint32_t>(random.integer(0, 0xFFFFFFFF));
      std::memcpy(&bytes[at - kDataFrom], &word, 4);
    }
    for (std::uint32_t form = 0; form < kBiasForms; ++form)
      put_scales(std::span(bytes).subspan(kTableFrom - kDataFrom + form * kTableBytes, kTableBytes), hw, form, random);
    memory.write(region->base + kDataFrom, bytes);
  }
}

}  // namespace systolite::lockstep
