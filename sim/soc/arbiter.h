// SPDX-License-Identifier: Apache-2.0
// Who has a target of the bus at what time.
#pragma once

#include <map>
#include <systemc>

namespace systolite {

// One transaction at a time. A transaction is given the earliest free interval from the moment it is on the bus, in the
// order of the calls: blocking transport cannot take back an answer it has given. A master that is ahead of the
// simulation time books its interval where it is and leaves the time before it to the others.
class Arbiter {
 public:
  // The first free moment from `at` on.
  [[nodiscard]] sc_core::sc_time free_from(sc_core::sc_time at) const {
    for (const auto& [from, to] : busy_) {
      if (from > at) break;
      if (to > at) at = to;
    }
    return at;
  }

  // Books the first free interval of the given length from `at` on and returns its start.
  sc_core::sc_time book(sc_core::sc_time at, const sc_core::sc_time& length) {
    for (const auto& [from, to] : busy_) {
      if (from >= at + length) break;
      if (to > at) at = to;
    }
    if (length > sc_core::SC_ZERO_TIME) busy_[at] = at + length;
    return at;
  }

  // Forgets what ended before `now`.
  void forget_before(const sc_core::sc_time& now) {
    while (!busy_.empty() && busy_.begin()->second <= now) busy_.erase(busy_.begin());
  }

 private:
  std::map<sc_core::sc_time, sc_core::sc_time> busy_;  // start to end, disjoint
};

}  // namespace systolite
