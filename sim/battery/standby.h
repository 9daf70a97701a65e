// SPDX-License-Identifier: Apache-2.0
// What the accelerator draws between inferences: configs/standby/*.yaml, read once, strictly. Keys: docs/battery.md.
//
// An inference reads weights and commands from flash and leaves nothing behind that the next one needs, so the
// accelerator may lose everything; the price of that is the time and the energy of switching it on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/sourced.h"

namespace systolite::battery {

struct StandbyRule {
  std::string name;
  Sourced logic;    // share of the leakage with power on that is left
  Sourced sram;     // the same for its memories
  Sourced wake_us;  // until the doorbell can be rung
  Sourced wake_nj;
};

struct StandbyTable {
  std::string name;
  std::filesystem::path file;  // for messages
  std::vector<StandbyRule> rules;
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE".
[[nodiscard]] StandbyTable load_standby(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] StandbyTable parse_standby(const std::string& yaml, const std::string& file);

// Leakage with power on, clock stopped.
struct Leakage {
  Figure logic_uw;
  Figure sram_uw;
};

struct StandbyState {
  std::string name;
  Figure power_uw;
  Figure wake_us;
  Figure wake_uj;
};

[[nodiscard]] std::vector<StandbyState> standby_states(const StandbyTable& table, const Leakage& leakage);

}  // namespace systolite::battery
