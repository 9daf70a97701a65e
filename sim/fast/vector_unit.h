// SPDX-License-Identifier: Apache-2.0
// Vector engine: one command after the other, each of a constant length.
#pragma once

#include "sim/fast/job_context.h"

namespace systolite::fast {

class VectorUnit {
 public:
  explicit VectorUnit(JobContext& job) : job_(job), commands_(job.stream.vectors) {}

  void advance() {
    const Latencies& l = job_.latencies;
    for (; next_ < job_.times.pushed[kVec]; ++next_) {
      const VectorCommand& command = commands_[next_];
      Cycles cycle = job_.earliest_pop(kVec, next_, command.header);
      if (cycle == kUnknown) return;
      cycle = std::max(cycle, free_);
      job_.pop(kVec, next_, cycle);
      Cycles done = 0;
      if (command.header.is_cfg) {
        done = cycle + l.vector_cfg_to_done;
      } else {
        free_ = cycle + command.cycles + l.last_step_to_pop;
        done = cycle + command.cycles + l.step_to_done;
      }
      done_ = next_ == 0 ? done : std::max(done, done_ + l.done_to_done);
      job_.complete(kVec, next_, command.header, done_);
    }
  }

  [[nodiscard]] std::uint32_t popped() const noexcept { return next_; }

 private:
  JobContext& job_;
  const std::vector<VectorCommand>& commands_;
  std::uint32_t next_ = 0;
  Cycles free_ = 0;  // last step of the command before
  Cycles done_ = 0;
};

}  // namespace systolite::fast
