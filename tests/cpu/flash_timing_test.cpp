// SPDX-License-Identifier: Apache-2.0
// The flash interface by hand: 3 wait states, 8 bytes a read.
#include "sim/cpu/flash_timing.h"

#include <gtest/gtest.h>

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kBase = 0x08000000;

FlashInterface interface(bool prefetch) { return {.wait_states = 3, .read_bytes = 8, .prefetch = prefetch}; }

TEST(FlashTimingTest, FirstReadWaitsAndTheBufferThenHasIt) {
  Counters counters;
  FlashTiming flash(interface(false), counters);
  EXPECT_EQ(flash.fetch(kBase, 0), 3U);
  EXPECT_EQ(flash.fetch(kBase + 6, 4), 0U);
  EXPECT_EQ(flash.fetch(kBase + 8, 5), 3U);
  EXPECT_EQ(flash.fetch(kBase, 9), 3U) << "without a cache the buffer holds one read only";
  EXPECT_EQ(counters.fetch_stall_cycles, 9U);
  EXPECT_EQ(counters.instruction_line_misses, 3U);
}

TEST(FlashTimingTest, PrefetchHidesWhatTheInstructionsLeaveTimeFor) {
  Counters counters;
  FlashTiming flash(interface(true), counters);
  EXPECT_EQ(flash.fetch(kBase, 0), 3U);      // there in cycle 3; the next read runs from 4 to 7
  EXPECT_EQ(flash.fetch(kBase + 8, 5), 2U);  // two more cycles; the next read runs from 8 to 11
  EXPECT_EQ(flash.fetch(kBase + 16, 20), 0U);
  EXPECT_EQ(flash.fetch(kBase + 64, 21), 6U) << "it waits for the prefetch that nobody needs: until 24, then 3";
}

TEST(FlashTimingTest, CacheKeepsSectorsOfItsYoungestLines) {
  Counters counters;
  FlashInterface shape = interface(false);
  shape.instruction_cache = CacheShape{.lines = 2, .line_bytes = 16, .ways = 2};
  FlashTiming flash(shape, counters);
  EXPECT_EQ(flash.fetch(kBase, 0), 3U);
  EXPECT_EQ(flash.fetch(kBase + 8, 10), 3U) << "the other half of the line has not been read";
  EXPECT_EQ(flash.fetch(kBase + 16, 20), 3U);
  EXPECT_EQ(flash.fetch(kBase, 30), 0U);
  EXPECT_EQ(flash.fetch(kBase + 32, 40), 3U) << "takes the place of the line at 16";
  EXPECT_EQ(flash.fetch(kBase, 50), 0U);
  EXPECT_EQ(flash.fetch(kBase + 16, 60), 3U);
  EXPECT_EQ(counters.instruction_line_hits, 2U);
}

TEST(FlashTimingTest, DataHasItsOwnCacheAndSharesTheArray) {
  Counters counters;
  FlashInterface shape = interface(true);
  shape.data_cache = CacheShape{.lines = 1, .line_bytes = 8, .ways = 1};
  FlashTiming flash(shape, counters);
  EXPECT_EQ(flash.fetch(kBase, 0), 3U);  // prefetch from 4 to 7
  EXPECT_EQ(flash.load(kBase + 256, 5), 5U) << "until 7 for the prefetch, then 3";
  EXPECT_EQ(flash.load(kBase + 260, 11), 0U);
  EXPECT_EQ(counters.data_stall_cycles, 5U);
  EXPECT_EQ(counters.data_line_hits, 1U);
}

TEST(FlashTimingTest, UnifiedCacheServesDataFromWhatWasFetched) {
  Counters counters;
  FlashInterface shape = interface(false);
  shape.instruction_cache = CacheShape{.lines = 4, .line_bytes = 8, .ways = 2};
  shape.unified_cache = true;
  FlashTiming flash(shape, counters);
  EXPECT_EQ(flash.fetch(kBase, 0), 3U);
  EXPECT_EQ(flash.load(kBase + 4, 10), 0U);
}

}  // namespace
}  // namespace systolite::cpu
