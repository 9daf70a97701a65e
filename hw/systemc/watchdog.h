// SPDX-License-Identifier: Apache-2.0
// Ends the simulation when it cannot go on: a job runs and no block has anything left to do, or a block has failed.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "sim/core/stop_request.h"

namespace systolite::sc {

// A part that may have to wait for another one.
class Waiter {
 public:
  // What keeps it from going on; empty when nothing does.
  [[nodiscard]] virtual std::string waits_for() const = 0;

 protected:
  Waiter() = default;
  ~Waiter() = default;
};

class Watchdog {
 public:
  // `name` and `waiter` outlive the watchdog's use.
  void add(const char* name, const Waiter& waiter) { waiters_.push_back({name, &waiter}); }
  // A block waits for a cycle, or no longer does.
  void wake_up_set() noexcept { ++wake_ups_; }
  void wake_up_gone() noexcept { --wake_ups_; }
  // While a job runs some block has to wait for a cycle.
  void watch(bool on) noexcept { watching_ = on; }
  // Throws Error(kDevice) that says what every part waits for, if no block has anything to do, and Stopped.
  void check() const {
    check_stop();
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

  struct Entry {
    const char* name;
    const Waiter* waiter;
  };

  std::vector<Entry> waiters_;
  int wake_ups_ = 0;
  bool watching_ = false;
  std::exception_ptr failure_;
};

}  // namespace systolite::sc
