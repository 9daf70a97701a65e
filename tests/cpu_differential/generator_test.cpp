// SPDX-License-Identifier: Apache-2.0
// The random programs themselves: repeatable, complete, and without anything that an architecture leaves open as far as
// two cores of qemu can show.
#include <gtest/gtest.h>

#include "tests/core/temporary_folder.h"
#include "tests/cpu_differential/qemu.h"
#include "tests/cpu_differential/test_image.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

constexpr int kInstructions = 60'000;

std::vector<Record> trace_on_qemu(const Core& core, const Segment& program) {
  const TemporaryFolder folder;
  write_elf(folder / "program.elf", program);
  run_on_qemu(core, folder / "program.elf");
  return read_trace(core, read_file(folder / "trace.bin"));
}

class Generator : public testing::TestWithParam<Core> {};

TEST_P(Generator, RepeatsItself) {
  const Core& core = GetParam();
  const std::vector<std::uint8_t> harness = load_harness(core);
  BlockGenerator first = make_generator(core, 5);
  BlockGenerator second = make_generator(core, 5);
  BlockGenerator other = make_generator(core, 6);
  const Segment program = make_program(core, harness, make_blocks(first, core, kInstructions));
  EXPECT_EQ(program.bytes, make_program(core, harness, make_blocks(second, core, kInstructions)).bytes);
  EXPECT_NE(program.bytes, make_program(core, harness, make_blocks(other, core, kInstructions)).bytes);
}

TEST_P(Generator, ExecutesEveryForm) {
  const Core& core = GetParam();
  BlockGenerator generator = make_generator(core, 1);
  EXPECT_FALSE(make_blocks(generator, core, kInstructions).empty());
  for (const std::string_view bin : generator.bins())
    EXPECT_TRUE(generator.coverage().contains(bin)) << bin << " was never executed";
}

// What the generator knows of registers without executing anything is what qemu computes; no block faults.
TEST_P(Generator, KnowsItsConstants) {
  if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
  const Core& core = GetParam();
  BlockGenerator generator = make_generator(core, 3);
  const std::vector<Block> blocks = make_blocks(generator, core, kInstructions);
  const std::vector<Record> trace = trace_on_qemu(core, make_program(core, load_harness(core), blocks));
  ASSERT_EQ(trace.size(), blocks.size());
  int compared = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    ASSERT_EQ(trace[i].index, i) << "faulted at " << trace[i].r[0];
    for (std::size_t r = 0; r < 15; ++r) {
      if (!blocks[i].known_at_end[r]) continue;
      const std::uint32_t value = r < 13 ? trace[i].r[r] : r == kSp ? trace[i].sp : trace[i].lr;
      EXPECT_EQ(value, *blocks[i].known_at_end[r]) << "r" << r << " after block " << i;
      ++compared;
    }
  }
  EXPECT_GT(compared, static_cast<int>(blocks.size()));  // the stack pointer and more
}

INSTANTIATE_TEST_SUITE_P(Cores, Generator, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

// A program for a lesser core means the same to a greater one.
TEST(GeneratorAcrossCores, ProgramsMeanTheSame) {
  if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
  const Core& m3 = cores()[1];
  const Core& m4 = cores()[2];
  const Core& m7 = cores()[3];
  ASSERT_EQ(m7.label, "CortexM7");
  for (const auto& [lesser, greater] : {std::pair(&m3, &m4), std::pair(&m4, &m7)}) {
    BlockGenerator generator = make_generator(*lesser, 4);
    const Segment program =
        make_program(*lesser, load_harness(*lesser), make_blocks(generator, *lesser, kInstructions));
    EXPECT_EQ(trace_on_qemu(*lesser, program), trace_on_qemu(*greater, program)) << lesser->label;
  }
}

}  // namespace
}  // namespace systolite::cpu_test
