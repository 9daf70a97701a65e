// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/token_board.h"

#include <fmt/format.h>

#include <bit>

#include "hw/systemc/timing_constants.h"
#include "sim/core/error.h"

namespace systolite::sc {

TokenBoard::TokenBoard(const sc_core::sc_module_name& name)
    : sc_module(name), listeners("listeners", isa::kNumEngines) {}

std::uint32_t TokenBoard::missing(int consumer, std::uint32_t wanted, Cycles now) const {
  const auto& counters = counters_[static_cast<std::size_t>(consumer)];
  std::uint32_t missing = 0;
  for (std::uint32_t left = wanted; left != 0; left &= left - 1) {
    const auto producer = static_cast<std::size_t>(std::countr_zero(left));
    const Counter& counter = counters[producer];
    if (counter.count == (counter.last_given == now ? 1U : 0U)) missing |= 1U << producer;
  }
  return missing;
}

void TokenBoard::take(int consumer, std::uint32_t producers) {
  auto& counters = counters_[static_cast<std::size_t>(consumer)];
  for (; producers != 0; producers &= producers - 1)
    --counters[static_cast<std::size_t>(std::countr_zero(producers))].count;
}

void TokenBoard::give(int producer, std::uint32_t consumers, Cycles now) {
  for (; consumers != 0; consumers &= consumers - 1) {
    const auto consumer = static_cast<std::size_t>(std::countr_zero(consumers));
    Counter& counter = counters_[consumer][static_cast<std::size_t>(producer)];
    if (counter.count == timing::kMaxTokens) {
      throw Error(ExitCode::kDevice, fmt::format("More than {} tokens from {} to {} in cycle {} of the job.",
                                                 timing::kMaxTokens, isa::name(static_cast<isa::Engine>(producer)),
                                                 isa::name(static_cast<isa::Engine>(consumer)), now));
    }
    ++counter.count;
    counter.last_given = now;
    listeners[consumer]->token_given(now + 1);
  }
}

}  // namespace systolite::sc
