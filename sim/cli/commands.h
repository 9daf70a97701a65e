// SPDX-License-Identifier: Apache-2.0
// The subcommands. Each throws Error when it cannot do what was asked and prints to standard output only what the user
// asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/resolve.h"
#include "sim/session/session.h"

namespace systolite::cli {

struct RunArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kRtl;
  Rounding rounding = Rounding::kDouble;
  bool soc = false;
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path dump_commands;
  std::filesystem::path waves;
  Cycles waves_from = 0;
  Cycles waves_to = 20'000;
};

struct VerifyArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kRtl;
  std::filesystem::path golden;
  std::optional<std::size_t> inputs = 1;  // nothing: all
};

void run_command(const RunArguments& arguments);
void verify_command(const VerifyArguments& arguments);
void doctor_command();

// Options of a session with its progress on standard error.
[[nodiscard]] SessionOptions session_options(Backend backend, Rounding rounding);

}  // namespace systolite::cli
