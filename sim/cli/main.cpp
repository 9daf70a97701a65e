// SPDX-License-Identifier: Apache-2.0
// The command line. Only this file prints errors and decides the exit code (sim/core/error.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/cli/commands.h"
#include "sim/core/error.h"

namespace systolite::cli {
namespace {

const std::map<std::string, Backend> kBackends = {
    {"rtl", Backend::kRtl}, {"fast", Backend::kFast}, {"functional", Backend::kFunctional}};
const std::map<std::string, Rounding> kRoundings = {{"double", Rounding::kDouble}, {"single", Rounding::kSingle}};

void add_model(CLI::App& command, std::string& model) {
  command.add_option("model", model, "A .tflite file or the name of a model (kws, kws_embedded, ...; see doctor)")
      ->required()
      ->type_name("MODEL");
}

void add_config(CLI::App& command, std::string& config) {
  command.add_option("--config", config, "Hardware description: a YAML file or a name from configs/hw")
      ->type_name("FILE")
      ->capture_default_str();
}

template <typename Value>
void add_choice(CLI::App& command, const std::string& option, Value& value, const std::map<std::string, Value>& choices,
                const std::string& text) {
  std::string names;
  std::string preset;
  for (const auto& [name, choice] : choices) {
    names += (names.empty() ? "" : "|") + name;
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

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void set_window(RunArguments& arguments, const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto from = number(std::string_view(text).substr(0, colon));
  const auto to = colon == std::string::npos ? std::nullopt : number(std::string_view(text).substr(colon + 1));
  if (!from || !to || *from >= *to)
    throw CLI::ValidationError("--waves-window", fmt::format("'{}' is not FROM:TO with FROM < TO", text));
  arguments.waves_from = *from;
  arguments.waves_to = *to;
}

void add_run(CLI::App& app, RunArguments& arguments) {
  CLI::App& command = *app.add_subcommand("run", "Run one inference and report cycles, stalls and traffic");
  add_model(command, arguments.model);
  add_config(command, arguments.config);
  add_choice(command, "--backend", arguments.backend, kBackends, "What executes the commands; functional has no clock");
  add_choice(command, "--rounding", arguments.rounding, kRoundings,
             "Requantisation: double as TensorFlow Lite Micro, or single");
  command
      .add_option("--input", arguments.inputs,
                  "int8 array for the input; once per input. Default: seeded pseudo-random values")
      ->type_name("X.npy")
      ->allow_extra_args(false);
  command.add_option("--output", arguments.output, "Write the output tensor")->type_name("Y.npy");
  command.add_option("--json", arguments.json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.add_option("--dump-commands", arguments.dump_commands, "Write the command streams as text")
      ->type_name("FILE");
  command.add_option("--waves", arguments.waves, "Write waveforms of the RTL (slow); see --waves-window")
      ->type_name("FILE.fst");
  command
      .add_option_function<std::string>(
          "--waves-window", [&arguments](const std::string& text) { set_window(arguments, text); },
          "Cycles since reset to write")
      ->type_name("FROM:TO")
      ->default_str("0:20000");
  command.callback([&arguments] { run_command(arguments); });
}

std::optional<std::size_t> input_count(const std::string& text) {
  if (text == "all") return std::nullopt;
  const auto count = number(text);
  if (!count || *count == 0)
    throw CLI::ValidationError("--inputs", fmt::format("'{}' is neither a positive number nor all", text));
  return *count;
}

void add_verify(CLI::App& app, VerifyArguments& arguments) {
  CLI::App& command =
      *app.add_subcommand("verify", "Compare every activation and output with golden tensors, byte by byte");
  add_model(command, arguments.model);
  add_config(command, arguments.config);
  add_choice(command, "--backend", arguments.backend, kBackends, "What executes the commands");
  command
      .add_option("--golden", arguments.golden,
                  "Folder of golden tensors. Default: $SYSTOLITE_GOLDEN, then golden/ beside the model")
      ->type_name("DIR");
  command
      .add_option_function<std::string>(
          "--inputs", [&arguments](const std::string& text) { arguments.inputs = input_count(text); },
          "How many inputs")
      ->type_name("N|all")
      ->default_str("1");
  command.callback([&arguments] { verify_command(arguments); });
}

int report_error(ExitCode code, const std::string& text) {
  fmt::print(stderr, "systolite: error: {}\n", text);
  return static_cast<int>(code);
}

int run_main(int argc, char** argv) {
  CLI::App app("Systolite: a TinyML accelerator, from .tflite to cycles on its RTL");
  app.name("systolite");
  app.set_version_flag("--version", "systolite " SYSTOLITE_VERSION);
  app.require_subcommand(1);
  RunArguments run;
  VerifyArguments verify;
  add_run(app, run);
  add_verify(app, verify);
  app.add_subcommand("doctor", "Show what this machine has of what Systolite needs")->callback(doctor_command);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && app.get_subcommands().empty()) {
      return report_error(ExitCode::kUsage, fmt::format("'{}' is not a command (see systolite --help)", argv[1]));
    }
    return report_error(ExitCode::kUsage, fmt::format("{} (see systolite --help)", error.what()));
  } catch (const Error& error) {
    return report_error(error.code(), error.what());
  } catch (const std::exception& error) {
    return report_error(ExitCode::kInternal, fmt::format("{} (this is a defect of Systolite)", error.what()));
  }
}

}  // namespace
}  // namespace systolite::cli

int main(int argc, char** argv) { return systolite::cli::run_main(argc, argv); }
