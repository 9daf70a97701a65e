// SPDX-License-Identifier: Apache-2.0
// Random programs on the simulator and on qemu: the same registers, flags, floating-point state and memory after every
// block. SYSTOLITE_CPU_SEED and SYSTOLITE_CPU_INSTRUCTIONS replace the seed and the number of instructions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/cpu_differential/comparison.h"
#include "tests/cpu_differential/qemu.h"

namespace systolite::cpu_test {
namespace {

constexpr int kInstructions = 120'000;  // executed unconditionally; all in all more
constexpr int kManyInstructions = 1'000'000;
constexpr int kInstructionsPerProgram = 200'000;
constexpr std::size_t kExplained = 5;  // of the differing blocks of a program

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? otherwise : std::atoi(text);
}

class RandomProgram : public testing::TestWithParam<Core> {
 protected:
  void compare(int instructions, int seed, Mix mix) {
    if (!has_qemu()) GTEST_SKIP() << "qemu-system-arm is not installed";
    const Core& core = GetParam();
    const Comparer comparer(core);
    BlockGenerator generator = make_generator(core, static_cast<std::uint64_t>(seed), mix);
    for (int done = 0; done < instructions; done += kInstructionsPerProgram) {
      const std::vector<Block> blocks =
          make_blocks(generator, core, std::min(instructions - done, kInstructionsPerProgram));
      const Comparison comparison = comparer.compare(blocks);
      EXPECT_GE(comparison.instructions,
                static_cast<std::uint64_t>(std::min(instructions - done, kInstructionsPerProgram)));
      EXPECT_EQ(comparison.ended, "");
      EXPECT_EQ(comparison.differing.size(), 0U) << "of " << blocks.size() << " blocks; seed " << seed;
      for (std::size_t i = 0; i < std::min(comparison.differing.size(), kExplained); ++i) {
        const std::size_t index = comparison.differing[i];
        ADD_FAILURE() << "block " << index << " of seed " << seed << ":\n" << comparer.explain(blocks[index]);
      }
      if (HasFailure()) return;
    }
    if (mix != Mix::kEverything) return;
    for (const std::string_view bin : generator.bins())
      EXPECT_TRUE(generator.coverage().contains(bin)) << bin << " was never executed";
  }
};

TEST_P(RandomProgram, EndsAsOnQemu) {
  compare(from_environment("SYSTOLITE_CPU_INSTRUCTIONS", kInstructions), from_environment("SYSTOLITE_CPU_SEED", 1),
          Mix::kEverything);
}

TEST_P(RandomProgram, EndsAsOnQemuForLong) {
  compare(kManyInstructions, from_environment("SYSTOLITE_CPU_SEED", 2), Mix::kEverything);
}

TEST_P(RandomProgram, FloatsEndAsOnQemu) {
  if ((GetParam().isa & kFloat) == 0) return;
  compare(from_environment("SYSTOLITE_CPU_INSTRUCTIONS", kInstructions), from_environment("SYSTOLITE_CPU_SEED", 3),
          Mix::kFloat);
}

TEST_P(RandomProgram, FloatsEndAsOnQemuForLong) {
  if ((GetParam().isa & kFloat) == 0) return;
  compare(kManyInstructions, from_environment("SYSTOLITE_CPU_SEED", 4), Mix::kFloat);
}

INSTANTIATE_TEST_SUITE_P(Cores, RandomProgram, testing::ValuesIn(cores().begin(), cores().end()),
                         [](const testing::TestParamInfo<Core>& test) { return std::string(test.param.label); });

}  // namespace
}  // namespace systolite::cpu_test
