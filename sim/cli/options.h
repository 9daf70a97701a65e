// SPDX-License-Identifier: Apache-2.0
// What options of several commands have in common: declaring them, and what their values stand for.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapper/ir/graph.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/resolve.h"
#include "sim/firmware/firmware_options.h"
#include "sim/session/session.h"

namespace systolite::cli {

extern const std::map<std::string, Backend> kBackends;
extern const std::map<std::string, Backend> kTimedBackends;  // those with a clock

// What to run, and on what.
struct Inference {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kRtl;
  Rounding rounding = Rounding::kDouble;
  std::vector<std::filesystem::path> inputs;  // none: pseudo-random values
  std::uint32_t seed = kDefaultSeed;
  bool drop_constant_channels = false;
};

// The processor in front of the accelerator.
struct FirmwareArguments {
  bool enabled = false;
  std::string core = "cortex-m4";
  std::string profile = "ideal";  // of its flash
  FirmwareWait wait = FirmwareWait::kInterrupt;
};

void add_model(CLI::App& command, std::string& model);
void add_config(CLI::App& command, std::string& config);
void add_library(CLI::App& command, std::string& library, const std::string& what);
void add_energy(CLI::App& command, EnergyFiles& files);
void add_rounding(CLI::App& command, Rounding& rounding);
void add_drop_constant_channels(CLI::App& command, bool& drop);
void add_html(CLI::App& command, std::filesystem::path& html);
void add_verbose(CLI::App& command);
void add_inference(CLI::App& command, Inference& inference, const std::map<std::string, Backend>& backends,
                   const std::string& backend_text);
// Options of the processor; they go only with `firmware` if there is such an option.
void add_firmware(CLI::App& command, FirmwareArguments& arguments, CLI::Option* firmware);

// "a|b|c".
template <typename Value>
std::string names_of(const std::map<std::string, Value>& choices) {
  std::string names;
  for (const auto& [name, choice] : choices) names += (names.empty() ? "" : "|") + name;
  return names;
}

// One of the names; the value before parsing is the default.
template <typename Value>
void add_choice(CLI::App& command, const std::string& option, Value& value, const std::map<std::string, Value>& choices,
                const std::string& text) {
  const std::string names = names_of(choices);
  std::string preset;
  for (const auto& [name, choice] : choices) {
    if (choice == value) preset = name;
  }
  command
      .add_option_function<std::string>(
          option,
          [&value, &choices, option, names](const std::string& name) {
            const auto found = choices.find(name);
            if (found == choices.end())
              throw CLI::ValidationError(option, fmt::format("'{}' is not one of {}", name, names));
            value = found->second;
          },
          text)
      ->type_name(names)
      ->default_str(preset);
}

// A decimal number and nothing else.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text);

// Options of a session with its progress on standard error.
[[nodiscard]] SessionOptions session_options(Backend backend, Rounding rounding);
// The core and the profile that the arguments name. Throws Error(kConfig) with the names there are.
[[nodiscard]] FirmwareOptions firmware_options(const FirmwareArguments& arguments);
// The files or pseudo-random values that an inference asks for.
[[nodiscard]] InputSet inputs_of(const Graph& graph, const Inference& inference);

}  // namespace systolite::cli
