// SPDX-License-Identifier: Apache-2.0
// What comes between the instructions of a program does not show in it: interrupts at random moments leave the state
// that qemu reaches without them, and the length of Cpu::run() changes no cycle.
#include <gtest/gtest.h>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/simulator.h"
#include "tests/cpu_differential/test_image.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr int kInstructions = 60'000;
constexpr std::uint64_t kCycleLimit = 200'000'000;
constexpr std::uint32_t kLazyFloat = 0xC0000000;  // FPCCR after reset

class Interruption : public testing::TestWithParam<Core> {};

// Exception frames lie below the stack pointer.
void forget_memory_below_stack(Record& record, const Core& core) {
  const std::uint32_t words = (record.sp - test_area(core).base) / 4;
  std::fill(record.area.begin(), record.area.begin() + words, 0);
}

TEST_P(Interruption, LeavesTheProgramAlone) {
  if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
  const Core& core = GetParam();
  BlockGenerator generator = make_generator(core, 8, Mix::kInterruptible);
  const std::vector<Block> blocks = make_blocks(generator, core, kInstructions);
  const Segment program = make_program(core, load_harness(core), blocks, kLazyFloat);
  const TemporaryFolder folder;
  write_elf(folder / "program.elf", program);
  run_on_qemu(core, folder / "program.elf");
  std::vector<Record> expected = read_trace(core, read_file(folder / "trace.bin"));

  const SimulatorRun run =
      run_on_simulator(core, {&program, 1}, kCycleLimit, {.longest_slice = 120, .interrupts = true});
  ASSERT_EQ(run.stop.reason, cpu::StopReason::kExit) << run.stop.message << run.fault;
  EXPECT_GT(run.exceptions, static_cast<std::uint64_t>(kInstructions) / 200);
  std::vector<Record> records = read_trace(core, run.ram);
  ASSERT_EQ(records.size(), expected.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    forget_memory_below_stack(records[i], core);
    forget_memory_below_stack(expected[i], core);
    EXPECT_TRUE(records[i] == expected[i]) << "block " << i << " at " << std::hex << blocks[i].address;
  }
}

TEST_P(Interruption, OfTheRunChangesNoCycle) {
  const Core& core = GetParam();
  BlockGenerator generator = make_generator(core, 9);
  const Segment program = make_program(core, load_harness(core), make_blocks(generator, core, kInstructions));
  const SimulatorRun whole = run_on_simulator(core, {&program, 1}, kCycleLimit);
  ASSERT_EQ(whole.stop.reason, cpu::StopReason::kExit) << whole.stop.message << whole.fault;
  for (const std::uint32_t slice : {1U, 2U, 7U, 1000U}) {
    const SimulatorRun sliced = run_on_simulator(core, {&program, 1}, kCycleLimit, {.longest_slice = slice});
    EXPECT_EQ(sliced.stop.reason, cpu::StopReason::kExit);
    EXPECT_EQ(sliced.cycles, whole.cycles) << "slices up to " << slice;
    EXPECT_EQ(sliced.instructions, whole.instructions) << "slices up to " << slice;
    EXPECT_TRUE(sliced.ram == whole.ram) << "slices up to " << slice;
  }
}

TEST(InterruptionFromFlash, OfTheRunChangesNoCycle) {
  const Core& core = cores()[2];
  ASSERT_EQ(core.name, "cortex-m4");
  BlockGenerator generator = make_generator(core, 10);
  const Segment program = make_program(core, load_harness(core), make_blocks(generator, core, kInstructions));
  SimulatorOptions options{.profile = "l4r5", .code = cpu::MemoryKind::kFlash};
  const SimulatorRun whole = run_on_simulator(core, {&program, 1}, kCycleLimit, options);
  ASSERT_EQ(whole.stop.reason, cpu::StopReason::kExit) << whole.stop.message << whole.fault;
  for (const std::uint32_t slice : {1U, 5U, 300U}) {
    options.longest_slice = slice;
    const SimulatorRun sliced = run_on_simulator(core, {&program, 1}, kCycleLimit, options);
    EXPECT_EQ(sliced.cycles, whole.cycles) << "slices up to " << slice;
    EXPECT_TRUE(sliced.ram == whole.ram) << "slices up to " << slice;
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, Interruption, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test
