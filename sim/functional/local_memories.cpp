// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/local_memories.h"

#include <random>

namespace systolite::functional {
namespace {

template <typename T>
void fill_random(std::span<T> values, std::mt19937_64& random) {
  for (T& value : values) value = static_cast<T>(random());
}

}  // namespace

LocalMemories::LocalMemories(const HwConfig& hw)
    : spm(hw.scratchpad_bytes),
      wbuf(static_cast<std::size_t>(hw.weight_buffer_bytes)),
      acc(static_cast<std::size_t>(2) * static_cast<std::size_t>(hw.acc_entries()) *
          static_cast<std::size_t>(hw.array.cols)),
      bias(static_cast<std::size_t>(hw.param_channels)),
      mult(static_cast<std::size_t>(hw.param_channels)),
      shift(static_cast<std::size_t>(hw.param_channels)) {}

void LocalMemories::fill(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  fill_random(spm.bytes(), random);
  fill_random(std::span(wbuf), random);
  fill_random(std::span(acc), random);
  fill_random(std::span(bias), random);
  // Legal scales, so that arithmetic with them is defined.
  for (std::int32_t& value : mult) value = static_cast<std::int32_t>(random() & 0x7FFFFFFF);
  for (std::int8_t& value : shift) value = static_cast<std::int8_t>(static_cast<int>(random() % 62) - 31);
}

}  // namespace systolite::functional
