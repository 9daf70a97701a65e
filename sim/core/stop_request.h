// SPDX-License-Identifier: Apache-2.0
// Stopping half-way: a flag that a signal sets and that every loop looks at which may take long.
#pragma once

#include <atomic>
#include <stdexcept>

namespace systolite {

namespace stop_request {
inline std::atomic<int> signal_number{0};  // 0: nobody has asked
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler writes it");
}  // namespace stop_request

// From here on SIGINT and SIGTERM ask to stop, once each: a second one ends the process as if nobody had called this.
void catch_stop_signals();

// What the handler does, for programs that have their own; also from a signal handler.
inline void request_stop(int signal_number) noexcept {
  stop_request::signal_number.store(signal_number, std::memory_order_relaxed);
}
// Forgets the request.
inline void withdraw_stop() noexcept { request_stop(0); }

[[nodiscard]] inline bool stop_requested() noexcept {
  return stop_request::signal_number.load(std::memory_order_relaxed) != 0;
}

// No error (sim/core/error.h): nothing went wrong. The text is a sentence without its end: "stopped by SIGTERM".
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] void throw_stopped();

// Throws Stopped when it has been asked for. Costs a load.
inline void check_stop() {
  if (stop_requested()) throw_stopped();
}

// Ends the process as the signal that asked to stop would have, which shells show as 128 + its number: 130 (SIGINT),
// 143 (SIGTERM).
[[noreturn]] void end_by_stop_signal();

}  // namespace systolite
