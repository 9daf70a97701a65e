// SPDX-License-Identifier: Apache-2.0
// Puts units into one command stream: loads run ahead of the commands that need them, as far as the local buffers
// allow.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "mapper/lower/stream_builder.h"
#include "mapper/lower/unit.h"

namespace systolite {

class Schedule {
 public:
  explicit Schedule(const HwConfig& hw) : stream_(hw) {}

  // Activation loads, taken up when a command that reads what they bring is near.
  void defer_loads(std::vector<Planned> loads, int op);
  // Appends units, prefetching the loads of later ones.
  void run(const std::vector<Unit>& units);
  // Appends commands as they are.
  void append(const std::vector<Planned>& commands, int op);

  [[nodiscard]] bool empty() const noexcept { return stream_.empty() && deferred_.empty(); }
  [[nodiscard]] JobStep finish();

 private:
  struct Deferred {
    Planned planned;
    int op;
  };
  void add(const Planned& planned, int op);
  void bring(const Footprint& reads);

  StreamBuilder stream_;
  std::deque<Deferred> deferred_;
  // Configuration in force, so that it is not sent again.
  std::vector<isa::AnyCommand> configuration_;
};

}  // namespace systolite
