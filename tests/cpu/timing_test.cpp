// SPDX-License-Identifier: Apache-2.0
// Cycles of short sequences. The expected numbers follow from the sources that configs/cpu/cores names, by hand.
#include <gtest/gtest.h>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

struct Sequence {
  const char* name;
  std::uint64_t m0plus, m3, m4;  // 0: not on this core
  const char* why;
};

constexpr Sequence kSequences[] = {
    {"timing_alu", 3, 3, 3, "one each"},
    {"timing_loads", 6, 4, 4, "M3, M4: 2 + 1 + 1 pipelined"},
    {"timing_dependent_loads", 4, 4, 4, "the second address is the first one's result"},
    {"timing_address_dependency", 3, 4, 4, "M3, M4: 1 + 2, and 1 because the address comes from data processing"},
    {"timing_store", 4, 2, 2, "M0+: 2 each; M3, M4: the write buffer takes it"},
    {"timing_store_register", 2, 2, 2, "register offset"},
    {"timing_store_after_load", 4, 3, 3, "M3, M4: 2 + 1"},
    {"timing_multiple", 5, 5, 5, "1 + 4"},
    {"timing_branch", 2, 3, 3, "M3, M4: 1 + P, P = 2"},
    {"timing_branch_not_taken", 2, 2, 2, "compare and a branch that falls through"},
    {"timing_call", 6, 7, 7, "move 1; M0+: BL 3, BX 2; M3, M4: 1 + P each"},
    {"timing_pop_pc", 8, 8, 8, "ADR 1, ADDS 1, PUSH 2; M0+: POP 3 + 1; M3, M4: 1 + 1 + P"},
    {"timing_it_folded", 0, 2, 2, "compare, move; IT behind a 16-bit instruction is free"},
    {"timing_unaligned_target", 0, 5, 5, "1 + P, then 1 + 1 for the wide instruction across words"},
    {"timing_unaligned_wides", 0, 6, 6, "five instructions, the third unaligned wide one waits a cycle"},
    {"timing_unaligned_load", 0, 6, 6, "odd word: two more; halfword-aligned word behind a load: one more"},
    {"timing_multiply", 0, 12, 4, "M3: 1 + 2 + 4 + 5"},
};

class TimingTest : public testing::TestWithParam<const char*> {
 protected:
  static std::uint64_t expected(const Sequence& sequence) {
    const std::string core = GetParam();
    return core == "cortex-m0plus" ? sequence.m0plus : core == "cortex-m3" ? sequence.m3 : sequence.m4;
  }
};

INSTANTIATE_TEST_SUITE_P(Cores, TimingTest, testing::Values("cortex-m0plus", "cortex-m3", "cortex-m4"), core_test_name);

TEST_P(TimingTest, SequencesTakeWhatTheTablesSay) {
  for (const Sequence& sequence : kSequences) {
    if (expected(sequence) == 0) continue;
    SnippetRunner snippet(GetParam());
    snippet.write_word(kScratch, kScratch);
    snippet.r(0) = kScratch;
    snippet.r(2) = 8;
    const Stop stop = snippet.run(sequence.name);
    EXPECT_EQ(stop.reason, StopReason::kBreakpoint) << sequence.name << ": " << stop.message;
    EXPECT_EQ(snippet.cycles(), expected(sequence)) << sequence.name << ": " << sequence.why;
  }
}

TEST(DivideTimingTest, EndsEarlyForShortQuotients) {
  SnippetRunner snippet("cortex-m4");
  const struct {
    std::uint32_t dividend, divisor, cycles;
  } kCases[] = {{1, 2, 2}, {7, 1, 3}, {255, 1, 4}, {0xFFFFFFFF, 1, 10}, {5, 0, 2}};
  for (const auto& [dividend, divisor, cycles] : kCases) {
    snippet.r(0) = dividend;
    snippet.r(1) = divisor;
    snippet.run("timing_divide");
    EXPECT_EQ(snippet.cycles(), cycles) << dividend << " / " << divisor;
  }
}

// Of the cores whose timing follows LLVM's models.
struct ModelledSequence {
  const char* name;
  std::uint64_t m7, m33;
  const char* why;
};

constexpr ModelledSequence kModelled[] = {
    {"timing_alu", 2, 3, "M7: two start together"},
    {"timing_loads", 2, 3, "M7: two loads start together"},
    {"timing_dependent_loads", 3, 3, "M7: latency 1, and addresses are needed one early; M33: latency 2"},
    {"timing_address_dependency", 3, 2, "M7: addresses are needed one early"},
    {"timing_multiple", 2, 5, "M7: two words a cycle"},
    {"timing_multiply", 4, 6, "latency 2; M7: addends are needed one late"},
    {"timing_branch_not_taken", 1, 2, "M7: a predicted branch starts with the comparison; M33: it needs the flags"},
};

TEST(ModelledTimingTest, SequencesFollowTheModels) {
  for (const ModelledSequence& sequence : kModelled) {
    for (const bool m7 : {true, false}) {
      SnippetRunner snippet(m7 ? "cortex-m7" : "cortex-m33");
      snippet.write_word(kScratch, kScratch);
      snippet.r(0) = kScratch;
      snippet.run(sequence.name);
      EXPECT_EQ(snippet.cycles(), m7 ? sequence.m7 : sequence.m33)
          << sequence.name << (m7 ? " on M7: " : " on M33: ") << sequence.why;
    }
  }
}

TEST(ModelledTimingTest, LoopTakesOneCycleAnIterationOncePredicted) {
  SnippetRunner snippet("cortex-m7");
  const auto penalty = static_cast<std::uint64_t>(core_named("cortex-m7").timing.mispredict_penalty);
  snippet.r(0) = 100;
  snippet.run("timing_loop");
  EXPECT_EQ(snippet.cycles(), 100 + 2 * penalty) << "wrong the first and the last time";
}

TEST(LoopTimingTest, TakenBranchRefillsThePipeline) {
  SnippetRunner snippet("cortex-m4");
  snippet.r(0) = 100;
  snippet.run("timing_loop");
  EXPECT_EQ(snippet.cycles(), 99U * 4 + 2) << "1 + 1 + P, and the last branch falls through";
}

}  // namespace
}  // namespace systolite::cpu::test
