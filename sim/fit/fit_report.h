// SPDX-License-Identifier: Apache-2.0
// Does it fit: table, JSON and one sentence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/battery/mcu_preset.h"
#include "sim/core/hw_config.h"
#include "sim/fit/memory_need.h"
#include "sim/fit/timeline.h"
#include "sim/fit/verdict.h"

namespace systolite::fit {

inline constexpr int kFitSchema = 1;  // changes with the meaning or the name of a JSON key

// One system on one microcontroller; without a need it cannot be built at all.
struct FitRow {
  std::optional<MemoryNeed> need;
  Verdict verdict;
  std::string refusal;  // why there is no need

  [[nodiscard]] bool fits() const { return need.has_value() && verdict.fits(); }
};

struct FitTarget {
  battery::Mcu mcu;
  FitRow accelerator;
  FitRow processor;  // alone
};

struct FitReport {
  std::string model;
  std::string config;
  bool removed = false;  // channels that no output depends on
  std::optional<Timeline> scratchpad = {};
  std::optional<Timeline> accelerator_memory = {};
  std::optional<Timeline> processor_memory = {};
  std::vector<FitTarget> targets = {};
};

[[nodiscard]] std::string to_table(const FitReport& report);
[[nodiscard]] std::string to_json(const FitReport& report);
// "yes: 1,234 bytes of RAM and 56,789 of flash to spare", "no: 512 bytes of RAM are missing".
[[nodiscard]] std::string sentence(const FitRow& row);

}  // namespace systolite::fit
