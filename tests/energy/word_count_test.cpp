// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/word_count.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace systolite::energy {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

std::int64_t words_one_by_one(std::int64_t first, std::int64_t bytes, std::int64_t word) {
  std::set<std::int64_t> words;
  for (std::int64_t i = 0; i < bytes; ++i) words.insert(floor_div(first + i, word));
  return static_cast<std::int64_t>(words.size());
}

TEST(WordCountTest, StraddlesAreThoseCountedOneByOne) {
  std::mt19937 random(11);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t word = std::int64_t{4} << draw(0, 4);
    const std::int64_t bytes = draw(1, word);
    const std::int64_t first = draw(-200, 200);
    const std::int64_t step = draw(0, 150);
    const std::int64_t count = draw(0, 200);
    std::int64_t expected = 0;
    for (std::int64_t k = 0; k < count; ++k) expected += words_one_by_one(first + k * step, bytes, word) - 1;
    ASSERT_EQ(straddles(first, step, count, bytes, word), expected)
        << first << ' ' << step << ' ' << count << ' ' << bytes << ' ' << word;
  }
}

TEST(WordCountTest, BeatsTouchTheWordsCountedBeatByBeat) {
  std::mt19937 random(12);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t bus = std::int64_t{4} << draw(0, 2);
    const std::int64_t word = bus << draw(0, 2);
    const std::int64_t memory = draw(0, 300);
    const std::int64_t local = draw(0, 300);
    const std::int64_t bytes = draw(1, 200);
    ASSERT_EQ(words_touched(memory, bytes, bus), words_one_by_one(memory, bytes, bus));
    std::int64_t expected = 0;
    for (std::int64_t done = 0; done < bytes;) {
      const std::int64_t in_beat = std::min(bus - (memory + done) % bus, bytes - done);
      expected += words_one_by_one(local + done, in_beat, word);
      done += in_beat;
    }
    ASSERT_EQ(beat_words(memory, local, bytes, bus, word), expected);
  }
}

}  // namespace
}  // namespace systolite::energy
