// SPDX-License-Identifier: Apache-2.0
#include "hw/systemc/watchdog.h"

#include <fmt/format.h>

#include <string>
#include <systemc>
#include <utility>

#include "sim/core/error.h"

namespace systolite::sc {

void Watchdog::fail(std::exception_ptr failure) {
  if (failure_) return;
  failure_ = std::move(failure);
  sc_core::sc_pause();
}

void Watchdog::report_deadlock() const {
  std::string text;
  for (const Entry& entry : waiters_) {
    const std::string waits = entry.waiter->waits_for();
    if (!waits.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", entry.name, waits);
  }
  throw Error(ExitCode::kDevice, fmt::format("The job hangs, nothing can happen any more: {}.", text));
}

}  // namespace systolite::sc
