// SPDX-License-Identifier: Apache-2.0
// Small systems and scenarios with round figures.
#pragma once

#include <random>
#include <string>

#include "sim/battery/power.h"

namespace systolite::test {

inline Sourced given(double value, const std::string& unit = "") {
  return {.figure = Figure::exact(value), .unit = unit, .source = "chosen for the test"};
}

inline Sourced given(const Figure& figure) { return {.figure = figure, .unit = "", .source = "chosen for the test"}; }

// 100 MHz at 100 pJ a cycle, 10 mW; sleep with DMA at 1 mW, stop at 10 uW after 100 us and 1 uJ.
inline battery::Mcu small_mcu() {
  battery::Mcu mcu;
  mcu.name = "small";
  mcu.clock_mhz = 100;
  mcu.active_pj_per_cycle = given(100);
  mcu.states = {{.name = "sleep",
                 .captures = true,
                 .keeps_ram = true,
                 .power_uw = given(1000),
                 .wake_us = given(0),
                 .wake_uj = given(0)},
                {.name = "stop",
                 .captures = false,
                 .keeps_ram = true,
                 .power_uw = given(10),
                 .wake_us = given(100),
                 .wake_uj = given(1)}};
  return mcu;
}

// A second a period, one inference in each, nothing captured by the processor, no losses.
inline battery::Scenario small_scenario() {
  battery::Scenario scenario;
  scenario.sensing_period_ms = 1000;
  scenario.inferences_per_second = 1;
  scenario.deadline_ms = 500;
  scenario.sensor_uw = given(0);
  scenario.capture_ms = given(0);
  scenario.capture_uj = given(0);
  scenario.preparation_kcycles = given(0);
  scenario.supply_percent = given(100);
  return scenario;
}

inline battery::System small_system(double inference_ms, double processor_uj) {
  return {
      .mcu = small_mcu(),
      .inference = {.seconds = inference_ms / 1000, .processor_uj = Figure::exact(processor_uj), .accelerator_uj = {}},
      .standby = {}};
}

inline battery::System small_accelerator(double inference_ms, double processor_uj, double accelerator_uj,
                                         double standby_uw) {
  battery::System system = small_system(inference_ms, processor_uj);
  system.inference.accelerator_uj = Figure::exact(accelerator_uj);
  system.standby = {{.name = "on", .power_uw = Figure::exact(standby_uw), .wake_us = {}, .wake_uj = {}}};
  return system;
}

// Systems and scenarios over the whole range of what is possible, some of them without the time for an inference.
class Drawer {
 public:
  explicit Drawer(std::uint32_t seed) : random_(seed) {}

  double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  // As likely in one decade as in another.
  double magnitude(double low, double high) { return std::exp(between(std::log(low), std::log(high))); }
  Figure figure(double low, double high) {
    const double value = magnitude(low, high);
    return {.value = value, .low = value * between(0.3, 1), .high = value * between(1, 3)};
  }

  battery::Mcu mcu() {
    battery::Mcu mcu;
    mcu.name = "drawn";
    mcu.clock_mhz = magnitude(10, 500);
    mcu.active_pj_per_cycle = given(figure(20, 500));
    for (const char* name : {"sleep", "doze", "stop", "standby"}) {
      const bool captures = std::string(name) == "sleep" || std::string(name) == "doze";
      mcu.states.push_back({.name = name,
                            .captures = captures,
                            .keeps_ram = true,
                            .power_uw = given(figure(1, 10'000)),
                            .wake_us = given(figure(0.1, 1000)),
                            .wake_uj = given(figure(0.001, 50))});
    }
    return mcu;
  }

  battery::Scenario scenario() {
    battery::Scenario scenario;
    scenario.sensing_period_ms = magnitude(10, 10'000);
    scenario.inferences_per_second = between(0, 1) * 1000 / scenario.sensing_period_ms;
    scenario.deadline_ms = magnitude(1, 1000);
    scenario.sensor_uw = given(figure(1, 1000));
    const double capture = between(0, 3);
    scenario.capture_ms = given(capture < 1   ? 0.0
                                : capture < 2 ? scenario.sensing_period_ms
                                              : scenario.sensing_period_ms * between(0.01, 0.5));
    scenario.capture_uj = given(figure(0.1, 100));
    scenario.preparation_kcycles = given(figure(1, 500));
    scenario.supply_percent = given(Figure{.value = 90, .low = 80, .high = 95});
    return scenario;
  }

  battery::System system(const battery::Mcu& mcu, bool accelerator) {
    battery::System system;
    system.mcu = mcu;
    system.inference.seconds = magnitude(1e-5, 1);
    system.inference.processor_uj = figure(0.1, 10'000);
    if (!accelerator) return system;
    system.inference.seconds = magnitude(1e-5, 1e-2);
    system.inference.processor_uj = figure(0.1, 100);
    system.inference.accelerator_uj = figure(0.1, 100);
    system.standby = {
        {.name = "on", .power_uw = figure(1, 1000), .wake_us = {}, .wake_uj = {}},
        {.name = "off", .power_uw = figure(0.01, 10), .wake_us = figure(1, 100), .wake_uj = figure(0.001, 1)}};
    return system;
  }

 private:
  std::mt19937 random_;
};

}  // namespace systolite::test
