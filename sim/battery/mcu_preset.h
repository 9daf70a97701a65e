// SPDX-License-Identifier: Apache-2.0
// A microcontroller as the battery and its memories see it: configs/mcus/*.yaml, read once, strictly. Keys:
// docs/battery.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/sourced.h"

namespace systolite::battery {

// What the processor does between its tasks.
struct SleepState {
  std::string name;
  bool captures = false;   // peripherals and their DMA go on filling a buffer
  bool keeps_ram = false;  // false: waking up is a reset, which is in the two figures below
  Sourced power_uw;        // of the whole chip, RAM included
  Sourced wake_us;         // until the program goes on at full clock
  Sourced wake_uj;
};

struct RamRegion {
  std::string name;
  std::uint32_t base = 0;
  std::uint32_t bytes = 0;
  std::string source;
};

struct Mcu {
  std::string name;
  std::filesystem::path file;  // for messages
  std::string part;
  std::string board;
  std::string core;  // what it has, "cortex-m55"
  // What its cycles are simulated with: names of configs/cpu.
  std::string simulated_core;
  std::string simulated_profile;
  double clock_mhz = 0;
  Sourced supply_v;
  std::uint32_t flash_bytes = 0;
  bool flash_is_external = false;
  std::string flash_source;
  std::vector<RamRegion> ram;
  Sourced active_pj_per_cycle;  // of the whole chip, running a network
  std::vector<SleepState> states;

  [[nodiscard]] Figure active_uw() const { return active_pj_per_cycle.figure * clock_mhz; }
  [[nodiscard]] std::uint64_t ram_bytes() const;
};

// Throws Error(kConfig): "FILE:LINE: key 'KEY' is VALUE: must be RULE". One of the states captures.
[[nodiscard]] Mcu load_mcu(const std::filesystem::path& file);
// The same from text; `file` stands for the file in messages.
[[nodiscard]] Mcu parse_mcu(const std::string& yaml, const std::string& file);

}  // namespace systolite::battery
