// SPDX-License-Identifier: Apache-2.0
// What `systolite cpu run` tells about a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/cpu/core_config.h"
#include "sim/cpu/counters.h"
#include "sim/cpu/cpu.h"
#include "sim/cpu/profile.h"

namespace systolite::cli {

inline constexpr const char* kCpuReportSchema = "systolite.cpu/1";

struct FunctionCycles {
  std::string name;
  std::uint64_t cycles = 0;
};

struct CpuReport {
  std::string program;
  cpu::CoreConfig core;
  cpu::Profile profile;
  std::uint64_t cycles = 0;
  cpu::Counters counters;
  std::string ended;                  // "exit", "breakpoint", ...
  std::optional<int> exit_code = {};  // with "exit"
  std::string output = {};            // semihosting
  std::string error_output = {};
  std::vector<cpu::Mark> marks = {};
  std::vector<FunctionCycles> functions = {};  // most cycles first; only on request
  std::optional<cpu::Registers> registers = {};
};

[[nodiscard]] std::string to_json(const CpuReport& report);
[[nodiscard]] std::string to_table(const CpuReport& report);

}  // namespace systolite::cli
