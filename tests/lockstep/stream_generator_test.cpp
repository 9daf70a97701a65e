// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/stream_generator.h"

#include <gtest/gtest.h>

#include <set>
#include <span>

#include "sim/functional/executor.h"
#include "sim/functional/hazard_check.h"
#include "tests/lockstep/bus_map.h"
#include "tests/lockstep/hardware.h"

namespace systolite::lockstep {
namespace {

constexpr std::uint64_t kHardware = 40;
constexpr std::uint64_t kStreams = 32;

std::span<const isa::Command> up_to_end(const LockstepStream& stream) {
  return std::span(stream.commands).first(stream.end + 1);
}

TEST(StreamGeneratorTest, NoStreamLeavesAnythingToChance) {
  for (std::uint64_t seed = 1; seed <= kHardware; ++seed) {
    const HwConfig hw = draw_hardware(seed);
    for (std::uint64_t number = 0; number < kStreams; ++number) {
      const LockstepStream stream = draw_stream(hw, seed, number);
      if (stream.kind == StreamKind::kFault) continue;
      const std::vector<Hazard> hazards = check_hazards(stream.hw, up_to_end(stream));
      ASSERT_TRUE(hazards.empty()) << "hardware " << seed << ", stream " << number << ": " << hazards.front().text;
    }
  }
}

TEST(StreamGeneratorTest, EveryStreamRunsInAnyOrder) {
  for (std::uint64_t seed = 1; seed <= kHardware; seed += 3) {
    const HwConfig hw = draw_hardware(seed);
    const std::vector<isa::Command> fill = fill_local_memories(hw);
    for (std::uint64_t number = 0; number < kStreams; ++number) {
      const LockstepStream stream = draw_stream(hw, seed, number);
      if (stream.kind == StreamKind::kFault) continue;
      BusMemory first_memory(stream.hw);
      BusMemory second_memory(stream.hw);
      fill_memory(stream.hw, seed, first_memory);
      fill_memory(stream.hw, seed, second_memory);
      Executor first(stream.hw, first_memory);
      Executor second(stream.hw, second_memory);
      first.run(fill);
      second.run(fill);
      ASSERT_NO_THROW(first.run(up_to_end(stream))) << "hardware " << seed << ", stream " << number;
      ASSERT_NO_THROW(second.run_reordered(up_to_end(stream), number)) << "hardware " << seed << ", stream " << number;
      ASSERT_EQ(first_memory.read(hw.sram.base, kRegionEnd), second_memory.read(hw.sram.base, kRegionEnd))
          << "hardware " << seed << ", stream " << number;
      const auto first_spm = first.local().spm.bytes();
      const auto second_spm = second.local().spm.bytes();
      ASSERT_TRUE(std::equal(first_spm.begin(), first_spm.end(), second_spm.begin()))
          << "hardware " << seed << ", stream " << number;
    }
  }
}

TEST(StreamGeneratorTest, TheSameNumbersGiveTheSameStream) {
  const HwConfig hw = draw_hardware(7);
  const LockstepStream first = draw_stream(hw, 7, 11);
  const LockstepStream second = draw_stream(hw, 7, 11);
  EXPECT_EQ(first.commands, second.commands);
  EXPECT_EQ(first.address, second.address);
  EXPECT_NE(first.commands, draw_stream(hw, 7, 12).commands);
}

TEST(StreamGeneratorTest, EveryCommandAppears) {
  std::set<isa::Opcode> seen;
  for (std::uint64_t number = 0; number < kStreams; ++number) {
    const LockstepStream stream = draw_stream(draw_hardware(1), 1, number);
    for (const isa::Command& command : up_to_end(stream)) seen.insert(*isa::opcode_of(command));
  }
  EXPECT_EQ(seen.size(), isa::commands().size());
}

TEST(StreamGeneratorTest, TheFillingJobHasNoHazards) {
  for (std::uint64_t seed = 1; seed <= kHardware; ++seed) {
    const HwConfig hw = draw_hardware(seed);
    const std::vector<Hazard> hazards = check_hazards(hw, fill_local_memories(hw));
    EXPECT_TRUE(hazards.empty()) << hazards.front().text;
  }
}

}  // namespace
}  // namespace systolite::lockstep
