// SPDX-License-Identifier: Apache-2.0
// Ends the simulation when it cannot go on: a job runs and no block has anything left to do, or a block has failed.
#pragma once

#include <exception>
#include <vector>

namespace systolite::sc {

class ClockedBlock;

class Watchdog {
 public:
  void add(const ClockedBlock& block) { blocks_.push_back(&block); }
  // A block waits for a cycle, or no longer does.
  void wake_up_set() noexcept { ++wake_ups_; }
  void wake_up_gone() noexcept { --wake_ups_; }
  // While a job runs some block has to wait for a cycle.
  void watch(bool on) noexcept { watching_ = on; }
  // Throws Error(kDevice) that says what every block waits for, if none has anything to do.
  void check() const {
    if (watching_ && wake_ups_ == 0) report_deadlock();
  }

  // No block does anything from here on; the simulation pauses.
  void fail(std::exception_ptr failure);
  [[nodiscard]] bool failed() const noexcept { return failure_ != nullptr; }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  [[noreturn]] void report_deadlock() const;

  std::vector<const ClockedBlock*> blocks_;
  int wake_ups_ = 0;
  bool watching_ = false;
  std::exception_ptr failure_;
};

}  // namespace systolite::sc
