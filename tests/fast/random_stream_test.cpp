// SPDX-License-Identifier: Apache-2.0
// Random streams on the RTL and the fast model: every cycle of every unit, registers and memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/fast/device_pair.h"
#include "tests/fast/random_stream.h"

namespace systolite::fast {
namespace {

// SYSTOLITE_RANDOM_CASES and SYSTOLITE_RANDOM_SEED: for long runs, and to repeat a case.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class RandomStreamTest : public testing::TestWithParam<const char*> {};

void randomize_memory(HwConfig& hw, RandomStream& draw) {
  const auto pick = [&draw](std::int64_t high) { return static_cast<int>(draw.from(1, draw.chance(50) ? 3 : high)); };
  for (MemoryRegion* region : {&hw.flash, &hw.sram}) {
    region->read_latency_cycles = pick(60);
    region->write_latency_cycles = pick(60);
    region->cycles_per_beat = pick(6);
  }
  if (draw.chance(40)) {
    hw.flash.line = MemoryLine{.bytes = 16 << draw.from(0, 4),
                               .access_cycles = static_cast<int>(draw.from(1, 30)),
                               .prefetch_lines = static_cast<int>(draw.from(0, 3))};
  }
  // The CPU holds banks of the SRAM, where some streams, loads and all stores are.
  if (!draw.chance(40)) return;
  hw.sram.banks = 1 << (2 * draw.from(0, 3));
  const std::int64_t entries = draw.from(1, 3);
  for (std::int64_t i = 0; i < entries; ++i) {
    const std::int64_t period = draw.from(4, 60);
    hw.cpu_traffic.push_back({.region = RegionId::kSram,
                              .bank = static_cast<int>(draw.from(0, std::min(hw.sram.banks, 8) - 1)),
                              .offset_cycles = static_cast<int>(draw.from(0, period - 1)),
                              .period_cycles = static_cast<int>(period),
                              .busy_cycles = static_cast<int>(draw.from(1, std::max<std::int64_t>(1, period / 4)))});
  }
}

std::vector<isa::Command> rubbish(RandomStream& draw) {
  std::vector<isa::Command> commands(static_cast<std::size_t>(draw.from(0, draw.chance(50) ? 0 : 40)));
  for (isa::Command& command : commands) {
    for (std::uint32_t& word : command.w) word = static_cast<std::uint32_t>(draw.from(0, 0xFFFFFFFF));
  }
  return commands;
}

TEST_P(RandomStreamTest, EveryCycleIsThatOfTheRtl) {
  const HwConfig hw = configuration(GetParam());
  const std::uint64_t first = from_environment("SYSTOLITE_RANDOM_SEED", 1);
  const std::uint64_t cases = from_environment("SYSTOLITE_RANDOM_CASES", 40);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    SCOPED_TRACE("SYSTOLITE_RANDOM_SEED=" + std::to_string(seed));
    RandomStream draw(hw, seed);
    HwConfig with_memory = hw;
    randomize_memory(with_memory, draw);
    DevicePair devices(with_memory);
    if (draw.chance(50)) devices.set_stalls(RandomStalls{.seed = seed, .probability = draw.chance(50) ? 0.1 : 0.6});
    for (int job = 0; job < 3; ++job) {
      std::vector<isa::Command> stream = draw.draw(static_cast<std::size_t>(draw.from(1, draw.chance(50) ? 12 : 150)));
      const std::vector<isa::Command> behind = rubbish(draw);
      stream.insert(stream.end(), behind.begin(), behind.end());
      const MemoryRegion& region = draw.chance(80) ? hw.flash : hw.sram;
      devices.run(region.base + 0x10000 + static_cast<std::uint32_t>(draw.from(0, 1000)) * 16, stream);
      if (HasFailure()) return;
    }
    devices.compare_sram();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Configs, RandomStreamTest,
                         testing::Values("base_16x16", "small_8x8", "tiny_4x4", "odd_5x7", "wide_4x8"));

}  // namespace
}  // namespace systolite::fast
