// SPDX-License-Identifier: Apache-2.0
#include "sim/cpu/memory_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "sim/core/error.h"

namespace systolite::cpu {
namespace {

std::string complaint(MemoryMap& map, std::uint32_t base, std::vector<std::uint8_t>& bytes) {
  try {
    map.add({.name = "new", .kind = MemoryKind::kRam, .base = base, .host = bytes});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(MemoryMapTest, FindsBothOfTwoRegionsInOneMebibyte) {
  MemoryMap map;
  std::vector<std::uint8_t> low(256);
  std::vector<std::uint8_t> high(256);
  map.add({.name = "low", .base = 0x20000000, .host = low});
  map.add({.name = "high", .base = 0x20010000, .host = high});
  EXPECT_EQ(map.find(0x200000FC, 4)->name, "low");
  EXPECT_EQ(map.find(0x20010000, 4)->name, "high");
  EXPECT_EQ(map.find(0x200000FD, 4), nullptr) << "it ends outside";
  EXPECT_EQ(map.find(0x1FFFFFFF, 1), nullptr);
  EXPECT_EQ(map.find(0xFFFFFFFF, 4), nullptr);
}

TEST(MemoryMapTest, RefusesOverlapAndSystemSpace) {
  MemoryMap map;
  std::vector<std::uint8_t> bytes(4096);
  std::vector<std::uint8_t> none;
  map.add({.name = "old", .base = 0x20000000, .host = bytes});
  EXPECT_EQ(complaint(map, 0x20000FFC, bytes),
            "the memory 'new' at 0x20000ffc to 0x20001ffb overlaps the memory 'old' at 0x20000000 to 0x20000fff");
  EXPECT_THAT(complaint(map, 0xE000E000, bytes), testing::HasSubstr("overlaps the processor's registers"));
  EXPECT_THAT(complaint(map, 0xFFFFFF00, bytes), testing::HasSubstr("ends beyond the 32-bit address space"));
  EXPECT_THAT(complaint(map, 0x30000000, none), testing::HasSubstr("has no bytes"));
  EXPECT_EQ(complaint(map, 0x20001000, bytes), "");
}

}  // namespace
}  // namespace systolite::cpu
