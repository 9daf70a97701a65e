// SPDX-License-Identifier: Apache-2.0
// Where the stack of a program ends.
#include "sim/cpu/stack_end.h"

#include <gtest/gtest.h>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

constexpr std::uint32_t kRam = 0x20000000;

class StackEndTest : public testing::Test {
 protected:
  [[nodiscard]] std::optional<StackEnd> find(std::uint32_t top) const { return find_stack_end(image_, top, memories_); }
  void expect_end(std::uint32_t top, std::uint32_t address, const std::string& what) const {
    const std::optional<StackEnd> end = find(top);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->address, address);
    EXPECT_EQ(end->what, what);
  }

  ElfImage image_;
  std::vector<ProfileMemory> memories_ = {
      {.name = "flash", .kind = MemoryKind::kFlash, .base = 0x08000000, .bytes = 0x10000},
      {.name = "sram", .base = kRam, .bytes = 0x1000}};
};

TEST_F(StackEndTest, IsTheBeginningOfTheMemoryWithoutVariables) {
  expect_end(kRam + 0x1000, kRam, "the beginning of sram");
}

TEST_F(StackEndTest, IsTheEndOfTheHighestVariablesBelow) {
  image_.variables = {{".data", kRam, 0x100}, {".bss", kRam + 0x100, 0x200}, {".noinit", kRam + 0xC00, 0x400}};
  expect_end(kRam + 0xC00, kRam + 0x300, "the end of .bss");
  expect_end(kRam + 0x1000, kRam + 0x1000, "the end of .noinit");  // no stack at all
  expect_end(kRam + 0x200, kRam + 0x100, "the end of .data");      // inside of .bss
}

TEST_F(StackEndTest, VariablesOfAnotherMemoryDoNotCount) {
  image_.variables = {{".ramfunc", 0x10000000, 0x100}};
  expect_end(kRam + 0x1000, kRam, "the beginning of sram");
}

TEST_F(StackEndTest, IsASymbolOfTheLinkerScriptIfThereIsOne) {
  image_.variables = {{".bss", kRam, 0x200}};
  image_.symbols = {{.name = "__StackLimit", .address = kRam + 0xC00}};
  expect_end(kRam + 0x1000, kRam + 0xC00, "the symbol __StackLimit");
  expect_end(kRam + 0x800, kRam + 0x200, "the end of .bss");  // of another stack
}

TEST_F(StackEndTest, ThereIsNoneForAStackOutsideTheMemories) {
  EXPECT_FALSE(find(0x60000000));
  EXPECT_FALSE(find(kRam));
  EXPECT_FALSE(find(kRam + 0x1004));
}

TEST_F(StackEndTest, WhatIsSetAsideForAStackIsNoVariable) {
  const ElfImage image = load_elf(program("arithmetic", "cortex-m4"));
  for (const ElfVariables& variables : image.variables) EXPECT_NE(variables.section, ".stack");
  EXPECT_FALSE(load_elf(program("exceptions", "cortex-m4")).variables.empty());
}

}  // namespace
}  // namespace systolite::cpu::test
