// SPDX-License-Identifier: Apache-2.0
// How many memory words unaligned accesses touch, without a loop over the accesses.
#pragma once

#include <cstdint>

namespace systolite::energy {

// Of `count` spans of `bytes` bytes, the first at byte address `first`, `step` apart: how many reach beyond a word.
// `word`: bytes, a power of two, at least `bytes`. Addresses may be negative.
[[nodiscard]] constexpr std::int64_t straddles(std::int64_t first, std::int64_t step, std::int64_t count,
                                               std::int64_t bytes, std::int64_t word) noexcept {
  const std::int64_t mask = word - 1;
  const std::int64_t room = word - bytes;  // offsets up to here do not straddle
  const std::int64_t stride = step & mask;
  if (stride == 0) return (first & mask) > room ? count : 0;
  const std::int64_t pitch = stride & -stride;  // the offsets are all that equal `first` modulo this one
  const std::int64_t period = word / pitch;
  const std::int64_t least = first & (pitch - 1);
  const std::int64_t of_period = room < least ? period : period - (room - least) / pitch - 1;
  std::int64_t result = count / period * of_period;
  for (std::int64_t i = 0; i < count % period; ++i) result += ((first + i * stride) & mask) > room ? 1 : 0;
  return result;
}

// Words of `word` bytes that the bytes [first, first + bytes) touch.
[[nodiscard]] constexpr std::int64_t words_touched(std::int64_t first, std::int64_t bytes, std::int64_t word) noexcept {
  const std::int64_t mask = ~(word - 1);
  return (((first + bytes - 1) & mask) - (first & mask)) / word + 1;
}

// A row of `bytes` bytes that crosses a bus of `bus` bytes from or to `memory` and moves, beat by beat, to or from the
// local addresses from `local` on: word accesses of the local memory. Both widths are powers of two, bus <= word.
[[nodiscard]] constexpr std::int64_t beat_words(std::int64_t memory, std::int64_t local, std::int64_t bytes,
                                                std::int64_t bus, std::int64_t word) noexcept {
  const std::int64_t beats = words_touched(memory, bytes, bus);
  // A beat touches two words if the boundary between them is inside it, and none is if beats lie in whole bus words.
  if (((memory - local) & (bus - 1)) == 0) return beats;
  return beats + words_touched(local, bytes, word) - 1;
}

}  // namespace systolite::energy
