// SPDX-License-Identifier: Apache-2.0
// Compiled programs: the same C code on the simulated cores and on the host.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "tests/cpu/firmware/arithmetic.h"
#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

struct Outcome {
  Stop stop;
  int exit_code = 0;
  std::string output;
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;
};

Outcome run_program(const std::string& name, const std::string& core, const std::string& profile) {
  EmptyBus bus;
  Board board(core_named(core), profile_named(profile), bus);
  Outcome run;
  board.cpu().on_output([&run](std::string_view text, bool /*error*/) { run.output += text; });
  board.load(load_elf(program(name, core)));
  run.stop = board.cpu().run(100'000'000);
  run.exit_code = board.cpu().exit_code();
  run.cycles = board.cpu().cycle();
  run.instructions = board.cpu().counters().total_instructions();
  return run;
}

class ProgramTest : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Cores, ProgramTest,
                         testing::Values("cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);

TEST_P(ProgramTest, ComputesWhatTheHostDoes) {
  const Outcome run = run_program("arithmetic", GetParam(), "ideal");
  ASSERT_EQ(run.stop.reason, StopReason::kExit) << run.stop.message;
  EXPECT_EQ(run.exit_code, 0);
  std::array<char, 32> expected{};
  std::snprintf(expected.data(), expected.size(), "checksum 0x%08x\n", arithmetic_checksum(200));
  EXPECT_EQ(run.output, expected.data());
}

TEST_P(ProgramTest, TakesTheSameCyclesEveryTime) {
  const Outcome first = run_program("arithmetic", GetParam(), "ideal");
  const Outcome second = run_program("arithmetic", GetParam(), "ideal");
  EXPECT_EQ(first.cycles, second.cycles);
  EXPECT_EQ(first.instructions, second.instructions);
}

TEST(WholeProgramTest, StoppingInBetweenChangesNothing) {
  EmptyBus bus;
  const Outcome whole = run_program("arithmetic", "cortex-m4", "l4r5");
  Board board(core_named("cortex-m4"), profile_named("l4r5"), bus);
  board.load(load_elf(program("arithmetic", "cortex-m4")));
  Stop stop;
  std::uint64_t until = 0;
  do {
    until += 37;
    stop = board.cpu().run(until);
  } while (stop.reason == StopReason::kCycle);
  EXPECT_EQ(stop.reason, StopReason::kExit);
  EXPECT_EQ(board.cpu().counters().total_instructions(), whole.instructions);
  // Blocks are cut at other places, which moves no more than the lines that are looked up.
  EXPECT_EQ(board.cpu().cycle(), whole.cycles);
}

TEST(WholeProgramTest, FlashOnlyAddsCycles) {
  const Outcome ideal = run_program("arithmetic", "cortex-m4", "ideal");
  const Outcome flash = run_program("arithmetic", "cortex-m4", "l4r5");
  EXPECT_EQ(ideal.instructions, flash.instructions);
  EXPECT_GT(flash.cycles, ideal.cycles);
}

}  // namespace
}  // namespace systolite::cpu::test
