// SPDX-License-Identifier: Apache-2.0
// Average power of a system in a scenario. Pure: no files, no state.
//
// Once a sensing period T the system wakes up, captures, prepares, and in some periods infers:
//
//   P = sensor + sleep + standby + (E_wake + E_prepare) / T + rate x E_inference + losses of the supply
//
// Sleep is what the processor draws whenever nothing is to be done: in a state that captures while the sensor needs its
// peripherals, else in any. Standby is what the accelerator draws whenever it does not infer. States are chosen so that
// the average is least, among those whose waking up leaves the deadline met; if there are none, among those for which
// the time is enough.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/battery/mcu_preset.h"
#include "sim/battery/scenario.h"
#include "sim/battery/standby.h"

namespace systolite::battery {

// One inference, everything included.
struct InferenceCost {
  double seconds = 0;     // from the call to the result
  Figure processor_uj;    // running, and waiting for the accelerator
  Figure accelerator_uj;  // with its accesses to memory; 0 without one
};

struct System {
  Mcu mcu;
  InferenceCost inference;
  std::vector<StandbyState> standby;  // of the accelerator; empty: there is none
};

enum class Share { kSensor, kSleep, kStandby, kWake, kPreparation, kProcessor, kAccelerator, kSupply };
inline constexpr std::size_t kShares = 8;
// As in JSON: "wake_up".
[[nodiscard]] const char* name(Share share) noexcept;

struct AveragePower {
  std::array<Figure, kShares> shares_uw;  // drawn from the battery; self-discharge is not among them
  Figure total_uw;                        // their sum
  std::string capture_state;              // of the processor while something is captured; empty: never
  std::string rest_state;                 // while nothing is; empty: never
  std::string standby_state;              // of the accelerator; empty: there is none
  double duty_cycle = 0;                  // share of the time in which something is woken up, prepared or inferred
  Figure response_ms;                     // from the end of the capture to the result
  Figure margin_ms;                       // to the deadline; below 0: missed
  Figure peak_uw;                         // mean of the phase that draws most, from the battery
  double peak_s = 0;                      // how long that phase is

  [[nodiscard]] const Figure& operator[](Share share) const { return shares_uw[static_cast<std::size_t>(share)]; }
};

// Nothing when there is not the time: see shortage(). `rate`: inferences a second in place of the scenario's, also more
// than one a period.
[[nodiscard]] std::optional<AveragePower> average_power(const System& system, const Scenario& scenario);
[[nodiscard]] std::optional<AveragePower> average_power(const System& system, const Scenario& scenario, double rate);

// Time that the tasks of a sensing period take at least, in milliseconds; more than the period: impossible. Where the
// processor's peripherals record without a gap, an inference may go on into the next periods and what counts is the
// average; otherwise a period with an inference.
[[nodiscard]] double needed_ms(const System& system, const Scenario& scenario);

// Average power as a function of the rate of inferences in one choice of states, before the losses of the supply:
// fixed + rate x (inference - what would have been drawn in its time).
struct PowerLine {
  std::string capture_state;
  std::string rest_state;
  std::string standby_state;
  Figure fixed_uw;      // without inferences; sleep and standby at full time are in it
  Figure sleep_uw;      // of the state whose time an inference takes
  Figure standby_uw;    // of the accelerator
  Figure inference_uj;  // with waking the accelerator up
  Figure inference_s;
  double most_per_second = 0;  // that there is time for

  // Nominal.
  [[nodiscard]] double uj_per_inference() const {
    return inference_uj.value - (sleep_uw.value + standby_uw.value) * inference_s.value;
  }
  [[nodiscard]] double at(double rate) const { return fixed_uw.value + uj_per_inference() * rate; }
};

// One for every choice of states. Their minimum at a rate, among those that have the time, is the average power there.
[[nodiscard]] std::vector<PowerLine> power_lines(const System& system, const Scenario& scenario);

}  // namespace systolite::battery
