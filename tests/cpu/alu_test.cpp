// SPDX-License-Identifier: Apache-2.0
// Integer instructions against the architecture manual (DDI 0403, A7.7).
#include <gtest/gtest.h>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

constexpr std::uint32_t kN = 8;
constexpr std::uint32_t kZ = 4;
constexpr std::uint32_t kC = 2;
constexpr std::uint32_t kV = 1;

// On every core that there is.
class EveryCoreTest : public testing::TestWithParam<const char*> {
 protected:
  SnippetRunner snippet_{GetParam()};
};

// On those with 32-bit data processing.
class MainlineTest : public EveryCoreTest {};

INSTANTIATE_TEST_SUITE_P(Cores, EveryCoreTest,
                         testing::Values("cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);
INSTANTIATE_TEST_SUITE_P(Cores, MainlineTest, testing::Values("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);

TEST_P(EveryCoreTest, AdditionSetsCarryOnUnsignedAndOverflowOnSignedWrap) {
  const struct {
    std::uint32_t a, b, sum, flags;
  } kCases[] = {{1, 2, 3, 0},
                {0xFFFFFFFF, 1, 0, kZ | kC},
                {0x7FFFFFFF, 1, 0x80000000, kN | kV},
                {0x80000000, 0x80000000, 0, kZ | kC | kV},
                {0, 0, 0, kZ}};
  for (const auto& [a, b, sum, flags] : kCases) {
    snippet_.r(0) = a;
    snippet_.r(1) = b;
    snippet_.run("adds_registers");
    EXPECT_EQ(snippet_.r(2), sum);
    EXPECT_EQ(snippet_.flags(), flags) << a << " + " << b;
  }
}

TEST_P(EveryCoreTest, SubtractionClearsCarryOnBorrow) {
  const struct {
    std::uint32_t a, b, difference, flags;
  } kCases[] = {{3, 2, 1, kC},
                {2, 3, 0xFFFFFFFF, kN},
                {5, 5, 0, kZ | kC},
                {0x80000000, 1, 0x7FFFFFFF, kC | kV},
                {0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, kN | kV}};
  for (const auto& [a, b, difference, flags] : kCases) {
    snippet_.r(0) = a;
    snippet_.r(1) = b;
    snippet_.run("subs_registers");
    EXPECT_EQ(snippet_.r(2), difference);
    EXPECT_EQ(snippet_.flags(), flags) << a << " - " << b;
  }
}

TEST_P(EveryCoreTest, CarryGoesIntoLongAdditionAndSubtraction) {
  snippet_.r(3) = 0x80000000;  // doubling it sets the carry
  snippet_.r(0) = 0xFFFFFFFF;
  snippet_.r(1) = 0;
  snippet_.run("adcs_registers");
  EXPECT_EQ(snippet_.r(0), 0U);
  EXPECT_EQ(snippet_.flags(), kZ | kC);
  snippet_.r(3) = 1;  // no carry: one more is taken
  snippet_.r(0) = 5;
  snippet_.r(1) = 5;
  snippet_.run("sbcs_registers");
  EXPECT_EQ(snippet_.r(0), 0xFFFFFFFFU);
  EXPECT_EQ(snippet_.flags(), kN);
}

TEST_P(EveryCoreTest, ShiftsByWholeWidthAndBeyond) {
  snippet_.r(0) = 0x80000001;
  snippet_.run("shifts");
  EXPECT_EQ(snippet_.r(1), 2U);
  EXPECT_EQ(snippet_.r(2), 0U);
  EXPECT_EQ(snippet_.r(3), 0xFFFFFFFFU);
  EXPECT_EQ(snippet_.r(5), 0U);
  EXPECT_EQ(snippet_.flags() & kC, 0U) << "a shift left by 33 brings no bit into the carry";
}

TEST_P(EveryCoreTest, ConditionsFollowSignedUnsignedAndOverflow) {
  const struct {
    std::uint32_t a, b, taken;  // bits not set: GE, HI, VS taken
  } kCases[] = {{5, 3, 4}, {3, 5, 1 + 2 + 4}, {0xFFFFFFFF, 1, 1 + 4}, {0x80000000, 1, 1}, {1, 1, 2 + 4}};
  for (const auto& [a, b, expected] : kCases) {
    snippet_.r(0) = a;
    snippet_.r(1) = b;
    snippet_.run("compare_branches");
    EXPECT_EQ(snippet_.r(2), expected) << a << " against " << b;
  }
}

TEST_P(EveryCoreTest, ExtensionAndByteOrder) {
  snippet_.r(0) = 0x1234F6E8;
  snippet_.run("extend_and_reverse");
  EXPECT_EQ(snippet_.r(1), 0xFFFFFFE8U);
  EXPECT_EQ(snippet_.r(2), 0xE8U);
  EXPECT_EQ(snippet_.r(3), 0xFFFFF6E8U);
  EXPECT_EQ(snippet_.r(4), 0xF6E8U);
  EXPECT_EQ(snippet_.r(5), 0xE8F63412U);
  EXPECT_EQ(snippet_.r(6), 0x3412E8F6U);
  EXPECT_EQ(snippet_.r(7), 0xFFFFE8F6U);
}

TEST_P(EveryCoreTest, StackGrowsDownInRegisterOrder) {
  for (int k = 0; k < 4; ++k) snippet_.r(k) = 0x100U + static_cast<std::uint32_t>(k);
  snippet_.r(14) = 0xABCD;
  const std::uint32_t stack = snippet_.r(13);
  snippet_.run("multiple_and_stack");
  for (int k = 0; k < 4; ++k) EXPECT_EQ(snippet_.r(4 + k), 0x100U + static_cast<std::uint32_t>(k));
  EXPECT_EQ(snippet_.r(8), stack);
  EXPECT_EQ(snippet_.read_word(stack - 4), 0xABCDU);
}

TEST_P(EveryCoreTest, LoadsOfAllWidthsAreLittleEndianAndExtend) {
  snippet_.r(0) = kScratch;
  snippet_.r(1) = 0x80FFEE01;
  snippet_.run("load_store_widths");
  EXPECT_EQ(snippet_.r(2), 0x80U);
  EXPECT_EQ(snippet_.r(3), 0x80FFU);
  EXPECT_EQ(snippet_.r(4), 0xFFFFFF80U);
  EXPECT_EQ(snippet_.r(5), 0xFFFF80FFU);
  EXPECT_EQ(snippet_.r(6), 0x80FF0201U);
}

TEST_P(EveryCoreTest, PcReadsAsItsAddressPlusFour) {
  snippet_.run("pc_relative");
  EXPECT_EQ(snippet_.r(0), 0x12345678U);
  EXPECT_EQ(snippet_.read_word(snippet_.r(1)), 0x12345678U);
  EXPECT_EQ(snippet_.r(2), snippet_.r(15) + 2) << "the breakpoint follows the move";
}

TEST_P(MainlineTest, ModifiedImmediates) {
  snippet_.run("modified_immediates");
  EXPECT_EQ(snippet_.r(0), 0x00AB00ABU);
  EXPECT_EQ(snippet_.r(1), 0xAB00AB00U);
  EXPECT_EQ(snippet_.r(2), 0xABABABABU);
  EXPECT_EQ(snippet_.r(3), 0xFF000000U);
  EXPECT_EQ(snippet_.r(4), 0x87651234U);
  EXPECT_EQ(snippet_.r(5), 0xFFFFFFFFU);
}

TEST_P(MainlineTest, RotatedImmediateSetsCarryToItsTopBit) {
  snippet_.r(0) = 0x80000000;
  snippet_.run("logic_carry");
  EXPECT_EQ(snippet_.flags(), kN | kC);
}

TEST_P(MainlineTest, ItBlockExecutesOneSideAndCountsTheOther) {
  snippet_.r(0) = 5;
  const std::uint64_t skipped = snippet_.cpu().counters().skipped;
  snippet_.run("it_block");
  EXPECT_EQ(snippet_.r(2), 1U);
  EXPECT_EQ(snippet_.r(3), 10U);
  EXPECT_EQ(snippet_.cpu().counters().skipped, skipped + 2);
  snippet_.r(0) = 6;
  snippet_.run("it_block");
  EXPECT_EQ(snippet_.r(2), 2U);
  EXPECT_EQ(snippet_.r(3), 20U);
}

TEST_P(MainlineTest, BitFields) {
  snippet_.r(0) = 0x00F12F80;
  snippet_.r(4) = 0xABC;
  snippet_.run("bit_fields");
  EXPECT_EQ(snippet_.r(1), 0xF8U);
  EXPECT_EQ(snippet_.r(2), 0xFFFFFFF8U);
  EXPECT_EQ(snippet_.r(3), 0x00FABC80U);
  EXPECT_EQ(snippet_.r(5), 0x00000000U);
  EXPECT_EQ(snippet_.r(6), 8U);
  EXPECT_EQ(snippet_.r(7), 0x01F48F00U);
}

TEST_P(MainlineTest, DivisionTruncatesAndByZeroGivesZero) {
  snippet_.r(0) = static_cast<std::uint32_t>(-7);
  snippet_.r(1) = 2;
  snippet_.run("divides");
  EXPECT_EQ(snippet_.r(2), static_cast<std::uint32_t>(-3));
  EXPECT_EQ(snippet_.r(3), 0x7FFFFFFCU);
  snippet_.r(1) = 0;
  snippet_.run("divides");
  EXPECT_EQ(snippet_.r(2), 0U);
  EXPECT_EQ(snippet_.r(3), 0U);
  snippet_.r(0) = 0x80000000;
  snippet_.r(1) = 0xFFFFFFFF;
  snippet_.run("divides");
  EXPECT_EQ(snippet_.r(2), 0x80000000U);
}

TEST_P(MainlineTest, LongMultiplies) {
  snippet_.r(0) = 0xFFFFFFFF;
  snippet_.r(1) = 3;
  snippet_.r(6) = 3;
  snippet_.r(7) = 0;
  snippet_.run("long_multiplies");
  EXPECT_EQ(snippet_.r(2), 0xFFFFFFFDU);
  EXPECT_EQ(snippet_.r(3), 0xFFFFFFFFU);
  EXPECT_EQ(snippet_.r(4), 0xFFFFFFFDU);
  EXPECT_EQ(snippet_.r(5), 2U);
  EXPECT_EQ(snippet_.r(6), 0U);
  EXPECT_EQ(snippet_.r(7), 0U);
}

TEST_P(MainlineTest, IndexedAddressing) {
  snippet_.write_word(kScratch, 11);
  snippet_.write_word(kScratch + 4, 22);
  snippet_.write_word(kScratch + 8, 33);
  snippet_.r(0) = kScratch;
  snippet_.run("indexed_loads");
  EXPECT_EQ(snippet_.r(1), 11U);
  EXPECT_EQ(snippet_.r(2), 33U);
  EXPECT_EQ(snippet_.r(3), 11U);
  EXPECT_EQ(snippet_.r(4), 22U);
  EXPECT_EQ(snippet_.r(0), kScratch + 16);
  EXPECT_EQ(snippet_.read_word(kScratch + 8), 11U);
  EXPECT_EQ(snippet_.read_word(kScratch + 12), 22U);
}

TEST_P(MainlineTest, UnalignedAccessesReachTheRightBytes) {
  snippet_.write_word(kScratch, 0x44332211);
  snippet_.write_word(kScratch + 4, 0x88776655);
  snippet_.r(0) = kScratch;
  snippet_.run("unaligned_word");
  EXPECT_EQ(snippet_.r(1), 0x55443322U);
  EXPECT_EQ(snippet_.r(2), 0x5544U);
  EXPECT_EQ(snippet_.r(3), 0x55443322U);
}

TEST_P(MainlineTest, TableBranchTakesTheEntry) {
  snippet_.r(0) = 0;
  snippet_.run("table_branch");
  EXPECT_EQ(snippet_.r(1), 10U);
  snippet_.r(0) = 1;
  snippet_.run("table_branch");
  EXPECT_EQ(snippet_.r(1), 20U);
}

TEST_P(MainlineTest, CompareWithZeroAndBranch) {
  snippet_.r(0) = 0;
  snippet_.run("compare_zero");
  EXPECT_EQ(snippet_.r(1), 5U);
  snippet_.r(0) = 1;
  snippet_.run("compare_zero");
  EXPECT_EQ(snippet_.r(1), 2U);
}

TEST_P(MainlineTest, StoreExclusiveSucceedsOncePerLoadExclusive) {
  snippet_.write_word(kScratch, 41);
  snippet_.r(0) = kScratch;
  snippet_.run("exclusives");
  EXPECT_EQ(snippet_.r(2), 0U);
  EXPECT_EQ(snippet_.r(3), 1U);
  EXPECT_EQ(snippet_.read_word(kScratch), 42U);
}

}  // namespace
}  // namespace systolite::cpu::test
