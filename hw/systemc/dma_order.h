// SPDX-License-Identifier: Apache-2.0
// Commands of a DMA engine popped and not done. Transfers finish in order among themselves, a configuration command
// with its pop; each is done kFinishToDone later, in the order of the queue, one a cycle.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>

#include "hw/systemc/cycle_clock.h"
#include "hw/systemc/timing_constants.h"

namespace systolite::sc {

class DmaOrder {
 public:
  void clear() { open_.clear(); }
  [[nodiscard]] bool empty() const noexcept { return open_.empty(); }
  // Room for another command; a place is free from the cycle after done() on, so ask before done() in a cycle.
  [[nodiscard]] bool room() const noexcept { return open_.size() < timing::kMaxInFlight; }

  void popped(Cycles now, bool is_cfg) { open_.push_back({is_cfg, is_cfg ? now : kNever}); }
  // The oldest unfinished transfer finishes in `cycle`, which may be ahead.
  void finishes(Cycles cycle) { std::ranges::find(open_, kNever, &Open::finish)->finish = cycle; }
  // Whether the oldest command is done in this cycle.
  [[nodiscard]] bool done_in(Cycles now) const noexcept { return !open_.empty() && done_from() <= now; }
  void done() { open_.pop_front(); }
  // Earliest cycle in which the oldest command is done, as far as known.
  [[nodiscard]] Cycles done_from() const noexcept {
    return open_.empty() || open_.front().finish == kNever ? kNever : open_.front().finish + timing::kFinishToDone;
  }

 private:
  struct Open {
    bool is_cfg;
    Cycles finish;
  };
  std::deque<Open> open_;
};

}  // namespace systolite::sc
