// SPDX-License-Identifier: Apache-2.0
// Random bits as a program: whatever they mean, the simulator executes them, faults or locks up, twice the same way,
// and stays within its memories (the sanitizers look).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include "sim/cpu/cpu.h"
#include "tests/cpu_differential/core.h"
#include "tests/cpu_differential/random.h"

namespace systolite::cpu_test {
namespace {

constexpr int kPrograms = 400;
constexpr std::size_t kBytes = 4096;
constexpr std::uint64_t kCycles = 3000;
constexpr std::uint64_t kLongestInstruction = 200;
constexpr std::uint32_t kCode = 0x100;

struct Outcome {
  cpu::StopReason reason;
  std::uint64_t cycle;
  std::array<std::uint32_t, 16> r;
  std::vector<std::uint8_t> memory;

  bool operator==(const Outcome&) const = default;
};

// All vectors lead somewhere into the random bits.
std::vector<std::uint8_t> random_memory(Random& random) {
  std::vector<std::uint8_t> memory(kBytes);
  for (std::uint8_t& byte : memory) byte = static_cast<std::uint8_t>(random.word());
  const auto put = [&memory](std::size_t at, std::uint32_t word) {
    for (std::size_t i = 0; i < 4; ++i) memory[at + i] = static_cast<std::uint8_t>(word >> (8 * i));
  };
  put(0, static_cast<std::uint32_t>(kBytes));
  for (std::size_t vector = 1; vector < kCode / 4; ++vector) put(4 * vector, kCode + 2 * random.below(1000) + 1);
  return memory;
}

Outcome run(const cpu::CoreConfig& core, const cpu::Profile& profile, std::vector<std::uint8_t> memory) {
  cpu::EmptyBus bus;
  cpu::Cpu processor(core, profile, bus);
  processor.map({.name = "memory", .kind = cpu::MemoryKind::kRam, .base = 0, .host = memory});
  processor.reset(0);
  cpu::Registers registers = processor.registers();
  for (std::uint32_t i = 0; i < 13; ++i) registers.r[i] = i * 0x111;  // some of them addresses
  processor.set_registers(registers);
  cpu::Stop stop;
  for (std::uint64_t until = 500; until <= kCycles; until += 500) {
    stop = processor.run(until);
    if (stop.reason == cpu::StopReason::kSleep)
      processor.advance_to(until);
    else if (stop.reason != cpu::StopReason::kCycle)
      break;
    processor.set_irq(3, until % 1000 == 0);
  }
  Outcome outcome{.reason = stop.reason, .cycle = processor.cycle(), .r = {}, .memory = {}};
  const cpu::Registers after = processor.registers();
  std::copy(std::begin(after.r), std::end(after.r), outcome.r.begin());
  outcome.memory = std::move(memory);
  return outcome;
}

class Garbage : public testing::TestWithParam<Core> {};

TEST_P(Garbage, IsExecutedRepeatably) {
  const std::filesystem::path configs = std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/cpu";
  const cpu::CoreConfig core = cpu::load_core_config(configs / "cores" / (std::string(GetParam().name) + ".yaml"));
  const cpu::Profile profile = cpu::load_profile(configs / "profiles/ideal.yaml");
  Random random(23);
  int ran_on = 0;
  for (int i = 0; i < kPrograms; ++i) {
    const std::vector<std::uint8_t> memory = random_memory(random);
    const Outcome first = run(core, profile, memory);
    EXPECT_LT(first.cycle, kCycles + kLongestInstruction) << "program " << i;
    EXPECT_TRUE(first == run(core, profile, memory)) << "program " << i;
    if (first.cycle > 20) ++ran_on;
  }
  EXPECT_GT(ran_on, kPrograms / 10);
}

INSTANTIATE_TEST_SUITE_P(Cores, Garbage, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test
