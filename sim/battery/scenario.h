// SPDX-License-Identifier: Apache-2.0
// What a product does all day: configs/scenarios/*.yaml, read once, strictly. Keys: docs/battery.md.
#pragma once

#include <filesystem>
#include <string>

#include "sim/core/sourced.h"

namespace systolite::battery {

struct Scenario {
  std::string name;
  std::filesystem::path file;  // for messages
  std::string model;           // it is meant for
  std::string mcu;             // name of a preset
  std::string battery;         // name of a preset
  double sensing_period_ms = 0;
  double inferences_per_second = 0;  // at most one a sensing period
  double deadline_ms = 0;            // from the end of the capture to the result
  Sourced sensor_uw;                 // all the time
  Sourced capture_ms;                // of a sensing period, during which the processor's peripherals must run
  Sourced capture_uj;                // of the sensor, a sensing period
  Sourced preparation_kcycles;       // of the processor, a sensing period
  Sourced supply_percent;            // efficiency of what is between battery and chips

  [[nodiscard]] double period_s() const { return sensing_period_ms / 1000; }
  // The processor's peripherals record without a gap.
  [[nodiscard]] bool captures_always() const { return capture_ms.figure.value >= sensing_period_ms; }
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE"; also for more than one inference a period and
// for a capture that is longer than the period.
[[nodiscard]] Scenario load_scenario(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] Scenario parse_scenario(const std::string& yaml, const std::string& file);

}  // namespace systolite::battery
