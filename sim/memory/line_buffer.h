// SPDX-License-Identifier: Apache-2.0
// When the lines of a memory that reads its array in lines are there.
//
// The array reads one line at a time, access_cycles each. A beat in the line of the beat before needs nothing new. A
// beat in one of the prefetch_lines lines behind it needs the line to arrive in its turn: the lines are read one after
// the other, each one as soon as the line before is there and the line prefetch_lines before it is in use. A line is in
// use from the demand for its first beat on, or for the first beat behind it if it is skipped. A beat anywhere else
// stops what is being read, and its line is read from the cycle of its demand on.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

class LineBuffer {
 public:
  explicit LineBuffer(const MemoryLine& line)
      : shift_(static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(line.bytes)))),
        access_(static_cast<Cycles>(line.access_cycles)),
        prefetch_(static_cast<std::uint32_t>(line.prefetch_lines)) {}

  // Nothing is read.
  void reset() noexcept { any_ = false; }

  // The next beat, wanted from cycle `demand` on: the cycle from which its line is there.
  [[nodiscard]] Cycles ready(std::uint32_t address, Cycles demand) noexcept {
    const std::uint32_t line = address >> shift_;
    if (any_ && line == line_) return ready_;
    if (any_ && line > line_ && line - line_ <= prefetch_) {
      for (std::uint32_t next = line_ + 1; next <= line; ++next) {
        Cycles& used = used_[next % prefetch_];  // of line next - prefetch_
        ready_ = std::max(ready_, used) + access_;
        used = demand;
      }
    } else {
      any_ = true;
      ready_ = demand + access_;
      used_.fill(0);  // of this line and those before it: no later than it is there
    }
    line_ = line;
    return ready_;
  }

 private:
  static constexpr std::size_t kMaxPrefetch = 16;

  unsigned shift_;
  Cycles access_;
  std::uint32_t prefetch_;
  bool any_ = false;
  std::uint32_t line_ = 0;                   // of the last beat
  Cycles ready_ = 0;                         // of that line
  std::array<Cycles, kMaxPrefetch> used_{};  // since when the last prefetch_ lines are in use, by line mod prefetch_
};

}  // namespace systolite
