// SPDX-License-Identifier: Apache-2.0
#include "sim/fit/verdict.h"

#include <gtest/gtest.h>

#include "sim/fit/fit_report.h"

namespace systolite::test {
namespace {

using battery::Mcu;
using fit::FitRow;
using fit::MemoryNeed;
using fit::Verdict;

Mcu with_ram(std::initializer_list<battery::RamRegion> ram) {
  Mcu mcu;
  mcu.ram = ram;
  mcu.flash_bytes = 1000;
  return mcu;
}

MemoryNeed need(std::uint64_t arena, std::uint64_t variables, std::uint64_t flash) {
  return {.arena = {{"tensors", arena - 1}, {"working memory", 1}},
          .variables = {{"variables", variables}},
          .flash = {{"code", flash}},
          .external = {{"elsewhere", 1'000'000}}};
}

TEST(VerdictTest, ExactlyFullFitsAndAByteMoreDoesNot) {
  const Mcu mcu = with_ram({{"ram", 0x20000000, 500, ""}});
  EXPECT_TRUE(verdict(need(400, 100, 1000), mcu).fits());
  EXPECT_EQ(verdict(need(400, 100, 1000), mcu).ram_bytes, 0);
  EXPECT_EQ(verdict(need(400, 101, 1000), mcu).ram_bytes, -1);
  EXPECT_EQ(verdict(need(400, 100, 1001), mcu).flash_bytes, -1);
  EXPECT_FALSE(verdict(need(400, 100, 1001), mcu).fits());
}

TEST(VerdictTest, RegionsThatFollowEachOtherAreOne) {
  const Mcu apart = with_ram({{"a", 0x20000000, 300, ""}, {"b", 0x30000000, 300, ""}});
  EXPECT_EQ(verdict(need(400, 100, 0), apart).ram_bytes, -100);
  const Mcu together = with_ram({{"b", 0x20000000 + 300, 300, ""}, {"a", 0x20000000, 300, ""}});
  EXPECT_EQ(verdict(need(400, 100, 0), together).ram_bytes, 100);
}

TEST(VerdictTest, VariablesMayLieInAnotherRegion) {
  const Mcu mcu = with_ram({{"large", 0x20000000, 400, ""}, {"small", 0x30000000, 100, ""}});
  EXPECT_EQ(verdict(need(400, 100, 0), mcu).ram_bytes, 0);
  EXPECT_EQ(verdict(need(400, 101, 0), mcu).ram_bytes, -1);
  EXPECT_EQ(verdict(need(401, 100, 0), mcu).ram_bytes, -1);
  EXPECT_EQ(verdict(need(300, 100, 0), mcu).ram_bytes, 100);  // all in the large one would leave 0
}

TEST(VerdictTest, TheSentenceNamesWhatIsMissing) {
  FitRow row;
  row.need = need(400, 100, 1000);
  row.verdict = {.ram_bytes = 1234, .flash_bytes = 0};
  EXPECT_EQ(sentence(row), "yes: 1,234 bytes of RAM and 0 of flash to spare");
  row.verdict = {.ram_bytes = -1234567, .flash_bytes = 5};
  EXPECT_EQ(sentence(row), "no: 1,234,567 bytes of RAM are missing");
  row.verdict = {.ram_bytes = -1, .flash_bytes = -20};
  EXPECT_EQ(sentence(row), "no: 1 bytes of RAM and 20 bytes of flash are missing");
  row.need.reset();
  row.refusal = "too many operators";
  EXPECT_EQ(sentence(row), "no: too many operators");
  EXPECT_FALSE(row.fits());
}

}  // namespace
}  // namespace systolite::test
