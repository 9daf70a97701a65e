// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/power.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/battery/units.h"

namespace systolite::battery {
namespace {

constexpr double kRoundOff = 1e-12;  // seconds
constexpr double kCyclesPerKcycle = 1e3;
constexpr double kPicoPerMicro = 1e6;
constexpr double kMega = 1e6;

// The states between tasks.
struct Choice {
  const SleepState* capture = nullptr;  // nullptr: nothing is captured by the processor's peripherals
  const SleepState* rest = nullptr;     // nullptr: something is captured all the time
  const StandbyState* standby = nullptr;
};

// The processor keeps running, with nothing to do.
SleepState awake(const Mcu& mcu) {
  const auto derived = [](Figure figure, const char* unit) {
    return Sourced{.figure = figure, .unit = unit, .source = "derived: active energy a cycle x clock"};
  };
  return {.name = "awake",
          .captures = true,
          .keeps_ram = true,
          .power_uw = derived(mcu.active_uw(), "uW"),
          .wake_us = derived({}, "us"),
          .wake_uj = derived({}, "uJ")};
}

std::vector<SleepState> states_of(const Mcu& mcu) {
  std::vector<SleepState> states = mcu.states;
  states.push_back(awake(mcu));
  return states;
}

// Times in seconds.
struct Times {
  bool always = false;  // something is captured all the time, into a buffer
  double period = 0;
  Figure wake;         // of the processor, a period
  Figure preparation;  // a period
  Figure inference;    // with waking the accelerator up
  Figure capture;      // a period, in a state that captures; 0 when something is captured all the time

  [[nodiscard]] Figure busy(double inferences) const { return wake + preparation + inference * inferences; }
  [[nodiscard]] Figure idle(double inferences) const {
    const Figure left = Figure::exact(period) - busy(inferences) - capture;
    return {.value = std::max(left.value, 0.0), .low = std::max(left.low, 0.0), .high = std::max(left.high, 0.0)};
  }
  [[nodiscard]] double needed(double inferences) const { return busy(inferences).value + capture.value; }
  // With a buffer that fills by itself an inference may go on into the next periods, otherwise not.
  [[nodiscard]] double needed_at(double inferences) const {
    return needed(always ? inferences : std::max(inferences, 1.0));
  }
};

Times times_of(const System& system, const Scenario& scenario, const Choice& choice) {
  Times times;
  times.always = scenario.captures_always();
  times.period = scenario.period_s();
  for (const SleepState* state : {choice.capture, choice.rest}) {
    if (state != nullptr) times.wake += state->wake_us.figure / kMicro;
  }
  times.preparation = scenario.preparation_kcycles.figure * (kCyclesPerKcycle / (system.mcu.clock_mhz * kMega));
  times.inference = Figure::exact(system.inference.seconds);
  if (choice.standby != nullptr) times.inference += choice.standby->wake_us / kMicro;
  if (!times.always) times.capture = scenario.capture_ms.figure / kMilli;
  return times;
}

bool has_time(const Times& times, double inferences) { return times.needed_at(inferences) <= times.period + kRoundOff; }

// From the end of the capture to the result. An inference that goes on into the next periods is interrupted by what
// they prepare.
Figure response(const Times& times, const Choice& choice) {
  const SleepState* before = choice.capture != nullptr ? choice.capture : choice.rest;
  const double left = times.period - times.busy(0).value;
  const double stretch = times.always && left > 0 && times.inference.value > left ? times.period / left : 1;
  return before->wake_us.figure / kMicro + times.preparation + times.inference * stretch;
}

std::vector<Choice> all_choices(const std::vector<SleepState>& states, const System& system, const Scenario& scenario) {
  std::vector<const SleepState*> capture;
  std::vector<const SleepState*> rest;
  for (const SleepState& state : states) {
    if (state.captures) capture.push_back(&state);
    rest.push_back(&state);
  }
  if (scenario.captures_always()) rest = {nullptr};
  if (scenario.capture_ms.figure.value == 0) capture = {nullptr};
  std::vector<const StandbyState*> standby;
  for (const StandbyState& state : system.standby) standby.push_back(&state);
  if (standby.empty()) standby = {nullptr};
  std::vector<Choice> all;
  for (const SleepState* a : capture) {
    for (const SleepState* b : rest) {
      for (const StandbyState* s : standby) all.push_back({.capture = a, .rest = b, .standby = s});
    }
  }
  return all;
}

// Those with the time for an inference; of these, those that meet the deadline, if any do.
std::vector<Choice> choices(const std::vector<SleepState>& states, const System& system, const Scenario& scenario) {
  std::vector<Choice> possible;
  std::vector<Choice> in_time;
  for (const Choice& choice : all_choices(states, system, scenario)) {
    const Times times = times_of(system, scenario, choice);
    if (!has_time(times, 0)) continue;
    possible.push_back(choice);
    if (response(times, choice).value * kMilli <= scenario.deadline_ms) in_time.push_back(choice);
  }
  return in_time.empty() ? possible : in_time;
}

// The processor waits for the accelerator to wake up, running.
Figure accelerator_wake_uj(const System& system, const Choice& choice) {
  if (choice.standby == nullptr) return {};
  return choice.standby->wake_uj + system.mcu.active_uw() * (choice.standby->wake_us / kMicro);
}

Figure sleep_uw(const Times& times, const Choice& choice, double inferences) {
  const Figure idle = times.idle(inferences) / times.period;
  if (choice.rest == nullptr) return choice.capture->power_uw.figure * idle;
  Figure power = choice.rest->power_uw.figure * idle;
  if (choice.capture != nullptr) power += choice.capture->power_uw.figure * (times.capture / times.period);
  return power;
}

Figure standby_uw(const Times& times, const Choice& choice, double inferences) {
  if (choice.standby == nullptr) return {};
  const Figure inferring = times.inference * (inferences / times.period);
  return choice.standby->power_uw * (Figure::exact(1) - inferring);
}

struct Phase {
  Figure uw;
  double seconds = 0;
};

// The phase that draws most, before the losses of the supply.
Phase peak(const System& system, const Scenario& scenario, const Times& times, const Choice& choice,
           double inferences) {
  const Figure standby = choice.standby != nullptr ? choice.standby->power_uw : Figure{};
  std::vector<Phase> phases = {
      {.uw = system.mcu.active_uw() + standby, .seconds = times.wake.value + times.preparation.value}};
  if (inferences > 0) {
    const Figure used_uj = system.inference.processor_uj + system.inference.accelerator_uj;
    phases.push_back({.uw = used_uj / system.inference.seconds, .seconds = system.inference.seconds});
  }
  if (choice.capture != nullptr) {
    const double capture_s = scenario.capture_ms.figure.value / kMilli;
    phases.push_back({.uw = choice.capture->power_uw.figure + standby + scenario.capture_uj.figure / capture_s,
                      .seconds = capture_s});
  }
  const auto less = [](const Phase& a, const Phase& b) { return a.uw.value < b.uw.value; };
  Phase most = *std::max_element(phases.begin(), phases.end(), less);
  most.uw += scenario.sensor_uw.figure;
  return most;
}

AveragePower evaluate(const System& system, const Scenario& scenario, const Choice& choice, double rate) {
  const Times times = times_of(system, scenario, choice);
  const double inferences = rate * times.period;
  const double cycles = kCyclesPerKcycle / kPicoPerMicro;
  Figure wake_uj = accelerator_wake_uj(system, choice) * inferences;
  for (const SleepState* state : {choice.capture, choice.rest}) {
    if (state != nullptr) wake_uj += state->wake_uj.figure;
  }
  AveragePower power;
  const auto set = [&](Share share, const Figure& uw) { power.shares_uw[static_cast<std::size_t>(share)] = uw; };
  set(Share::kSensor, scenario.sensor_uw.figure + scenario.capture_uj.figure / times.period);
  set(Share::kSleep, sleep_uw(times, choice, inferences));
  set(Share::kStandby, standby_uw(times, choice, inferences));
  set(Share::kWake, wake_uj / times.period);
  set(Share::kPreparation,
      scenario.preparation_kcycles.figure * system.mcu.active_pj_per_cycle.figure * (cycles / times.period));
  set(Share::kProcessor, system.inference.processor_uj * rate);
  set(Share::kAccelerator, system.inference.accelerator_uj * rate);
  const auto sum = [&] { return std::accumulate(power.shares_uw.begin(), power.shares_uw.end(), Figure{}); };
  const Figure drawn_per_used = Figure::exact(kPercent) / scenario.supply_percent.figure;
  set(Share::kSupply, sum() * (drawn_per_used - Figure::exact(1)));
  power.total_uw = sum();
  if (choice.capture != nullptr) power.capture_state = choice.capture->name;
  if (choice.rest != nullptr) power.rest_state = choice.rest->name;
  if (choice.standby != nullptr) power.standby_state = choice.standby->name;
  power.duty_cycle = times.busy(inferences).value / times.period;
  power.response_ms = response(times, choice) * kMilli;
  power.margin_ms = Figure::exact(scenario.deadline_ms) - power.response_ms;
  const Phase most = peak(system, scenario, times, choice, inferences);
  power.peak_uw = most.uw * drawn_per_used;
  power.peak_s = most.seconds;
  return power;
}

}  // namespace

const char* name(Share share) noexcept {
  switch (share) {
    case Share::kSensor:
      return "sensor";
    case Share::kSleep:
      return "sleep";
    case Share::kStandby:
      return "standby";
    case Share::kWake:
      return "wake_up";
    case Share::kPreparation:
      return "preparation";
    case Share::kProcessor:
      return "inference_processor";
    case Share::kAccelerator:
      return "inference_accelerator";
    case Share::kSupply:
      return "supply";
  }
  return "";
}

std::optional<AveragePower> average_power(const System& system, const Scenario& scenario, double rate) {
  const std::vector<SleepState> states = states_of(system.mcu);
  std::optional<AveragePower> best;
  for (const Choice& choice : choices(states, system, scenario)) {
    if (!has_time(times_of(system, scenario, choice), rate * scenario.period_s())) continue;
    const AveragePower power = evaluate(system, scenario, choice, rate);
    if (!best || power.total_uw.value < best->total_uw.value) best = power;
  }
  return best;
}

std::optional<AveragePower> average_power(const System& system, const Scenario& scenario) {
  return average_power(system, scenario, scenario.inferences_per_second);
}

double needed_ms(const System& system, const Scenario& scenario) {
  const std::vector<SleepState> states = states_of(system.mcu);
  const double inferences = scenario.inferences_per_second * scenario.period_s();
  double least = std::numeric_limits<double>::max();
  for (const Choice& choice : all_choices(states, system, scenario))
    least = std::min(least, times_of(system, scenario, choice).needed_at(inferences) * kMilli);
  return least;
}

std::vector<PowerLine> power_lines(const System& system, const Scenario& scenario) {
  const std::vector<SleepState> states = states_of(system.mcu);
  std::vector<PowerLine> lines;
  for (const Choice& choice : choices(states, system, scenario)) {
    const Times times = times_of(system, scenario, choice);
    const AveragePower none = evaluate(system, scenario, choice, 0);
    PowerLine line{.capture_state = none.capture_state,
                   .rest_state = none.rest_state,
                   .standby_state = none.standby_state,
                   .fixed_uw = {},
                   .sleep_uw = (choice.rest != nullptr ? choice.rest : choice.capture)->power_uw.figure,
                   .standby_uw = none[Share::kStandby],
                   .inference_uj = system.inference.processor_uj + system.inference.accelerator_uj +
                                   accelerator_wake_uj(system, choice),
                   .inference_s = times.inference,
                   .most_per_second = (times.period - times.needed(0)) / times.inference.value / times.period};
    for (std::size_t i = 0; i < kShares; ++i) {
      if (static_cast<Share>(i) != Share::kSupply) line.fixed_uw += none.shares_uw[i];
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace systolite::battery
