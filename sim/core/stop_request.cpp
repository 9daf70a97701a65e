// SPDX-License-Identifier: Apache-2.0
#include "sim/core/stop_request.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace systolite {

void catch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
  // Not SA_RESTART: what waits for something else is to look at the flag.
  action.sa_flags = SA_RESETHAND;
  for (const int signal_number : {SIGINT, SIGTERM}) ::sigaction(signal_number, &action, nullptr);
}

void throw_stopped() {
  const int number = stop_request::signal_number.load(std::memory_order_relaxed);
  const char* const name = number == SIGINT ? "SIGINT" : number == SIGTERM ? "SIGTERM" : "request";
  throw Stopped(std::string("stopped by ") + name);
}

void end_by_stop_signal() {
  std::fflush(nullptr);
  const int number = stop_request::signal_number.load(std::memory_order_relaxed);
  std::signal(number, SIG_DFL);
  std::raise(number);
  std::_Exit(128 + number);  // the signal is blocked
}

}  // namespace systolite
