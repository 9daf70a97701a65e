// SPDX-License-Identifier: Apache-2.0
// Ctrl-C during work of the libraries.
#pragma once

namespace systolite::python {

// While one lives, in whatever thread, a SIGINT that Python handles also asks the work to stop
// (sim/core/stop_request.h), in all threads. If Python does not handle it, nothing changes.
class InterruptScope {
 public:
  InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  ~InterruptScope();
};

}  // namespace systolite::python
