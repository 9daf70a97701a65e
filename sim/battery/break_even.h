// SPDX-License-Identifier: Apache-2.0
// From which rate of inferences on an accelerator pays: the power that it adds while nothing is inferred, divided by
// the energy that it saves an inference. The sensing period stays, whatever the rate.
#pragma once

#include <optional>
#include <string>

#include "sim/battery/power.h"

namespace systolite::battery {

enum class Payoff {
  kAlways,      // at any rate
  kFromRate,    // from a rate on
  kOnlyInTime,  // it never draws less, but is the only one with the time from a rate on
  kBeyondTime,  // only from a rate on that there is no time for
  kNever,       // an inference costs no less with it
  kImpossible,  // there is not the time for an inference with it
};

struct BreakEven {
  Payoff payoff = Payoff::kNever;
  double per_second = 0;  // kFromRate, kBeyondTime: where the powers cross; kOnlyInTime: what the other can do
  // Bounds of the crossing; `high` is nothing when by its bounds the accelerator may never pay. Wider than they must
  // be: what both systems share counts as if it were independent, except their sleep.
  double low = 0;
  std::optional<double> high;
};

// `with`: the system with the accelerator, `without`: without one, on the same or another microcontroller. Where the
// powers cross more than once, because a system then sleeps in another state, the first rate from which on `with` draws
// less.
[[nodiscard]] BreakEven break_even(const System& with, const System& without, const Scenario& scenario);

// One clause for a table: "pays from 0.12 inferences/s on (0.08 to 0.3)".
[[nodiscard]] std::string sentence(const BreakEven& result);

}  // namespace systolite::battery
