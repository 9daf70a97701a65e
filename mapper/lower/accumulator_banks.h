// SPDX-License-Identifier: Apache-2.0
// Hands out the accumulator in rotation, so that one block is computed while others are on their way to the vector
// engine.
#pragma once

#include <cstdint>

#include "mapper/lower/view.h"
#include "sim/core/hw_config.h"

namespace systolite {

class AccumulatorBanks {
 public:
  explicit AccumulatorBanks(const HwConfig& hw)
      : bank_(static_cast<std::uint32_t>(hw.acc_bank_entries())),
        half_(static_cast<std::uint32_t>(hw.acc_entries())),
        next_(half_) {}

  // The next banks that hold `entries` entries, all in one half: whole banks, as both engines hold the ports of a bank
  // and not only its entries. Requires entries <= a half.
  Range take(std::uint32_t entries) noexcept {
    const std::uint32_t size = (entries + bank_ - 1) / bank_ * bank_;
    if (next_ / half_ != (next_ + size - 1) / half_) next_ = (next_ / half_ + 1) * half_;
    next_ %= 2 * half_;
    const Range banks{next_, next_ + size};
    next_ = banks.end % (2 * half_);
    return banks;
  }

 private:
  std::uint32_t bank_;
  std::uint32_t half_;
  std::uint32_t next_;
};

}  // namespace systolite
