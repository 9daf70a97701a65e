// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/interrupt.h"

#include <csignal>
#include <mutex>

#include "sim/core/stop_request.h"

namespace systolite::python {
namespace {

std::mutex mutex;
int scopes = 0;                 // that live
bool installed = false;         // by the first of them
struct sigaction pythons = {};  // what was there before

// Python's handler takes a note for the interpreter, which nobody reads before the work is done.
void stop_and_tell_python(int signal_number) {
  request_stop(signal_number);
  pythons.sa_handler(signal_number);
}

}  // namespace

InterruptScope::InterruptScope() {
  const std::lock_guard lock(mutex);
  if (scopes++ > 0) return;
  ::sigaction(SIGINT, nullptr, &pythons);
  installed = (pythons.sa_flags & SA_SIGINFO) == 0 && pythons.sa_handler != SIG_DFL && pythons.sa_handler != SIG_IGN;
  if (!installed) return;
  struct sigaction action = pythons;
  action.sa_handler = stop_and_tell_python;
  ::sigaction(SIGINT, &action, nullptr);
}

InterruptScope::~InterruptScope() {
  const std::lock_guard lock(mutex);
  if (--scopes > 0) return;
  if (installed) ::sigaction(SIGINT, &pythons, nullptr);
  withdraw_stop();
}

}  // namespace systolite::python
