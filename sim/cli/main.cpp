// SPDX-License-Identifier: Apache-2.0
// The command line. Only this file prints errors and decides the exit code (sim/core/error.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <exception>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cli/area_command.h"
#include "sim/cli/commands.h"
#include "sim/cli/cpu_command.h"
#include "sim/cli/log.h"
#include "sim/core/error.h"

namespace systolite::cli {
namespace {

const std::map<std::string, Backend> kBackends = {{"rtl", Backend::kRtl},
                                                  {"systemc", Backend::kSystemc},
                                                  {"fast", Backend::kFast},
                                                  {"functional", Backend::kFunctional}};
// What verify compares, the one that the others are compared with first.
constexpr Backend kVerifiedBackends[] = {Backend::kRtl, Backend::kSystemc, Backend::kFast};
// Backends with a clock.
const std::map<std::string, Backend> kTimedBackends = {
    {"rtl", Backend::kRtl}, {"systemc", Backend::kSystemc}, {"fast", Backend::kFast}};
const std::map<std::string, FirmwareWait> kWaits = {{"poll", FirmwareWait::kPoll},
                                                    {"interrupt", FirmwareWait::kInterrupt}};
const std::map<std::string, slt_input_format_t> kInputFormats = {
    {"int8", kSltInputInt8}, {"uint8", kSltInputUint8}, {"float32", kSltInputFloat32}};
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

void add_energy(CLI::App& command, std::string& table) {
  command.add_option("--energy", table, "Energy of events: a YAML file or a name from configs/energy")
      ->type_name("FILE")
      ->capture_default_str();
}

void add_drop_constant_channels(CLI::App& command, bool& drop) {
  command.add_flag("--drop-constant-channels", drop,
                   "Leave out channels that no output depends on; those with one value go into biases");
}

template <typename Value>
std::string names_of(const std::map<std::string, Value>& choices) {
  std::string names;
  for (const auto& [name, choice] : choices) names += (names.empty() ? "" : "|") + name;
  return names;
}

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

void add_html(CLI::App& command, std::filesystem::path& html) {
  command.add_option("--html", html, "Write the report as a page with charts, which needs no network")
      ->type_name("FILE");
}

void add_verbose(CLI::App& command) {
  command.add_flag_callback("-v,--verbose", show_details, "Tell on standard error what is read, made and run");
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void add_inference(CLI::App& command, Inference& inference, const std::map<std::string, Backend>& backends,
                   const std::string& backend_text) {
  add_verbose(command);
  add_model(command, inference.model);
  add_config(command, inference.config);
  add_choice(command, "--backend", inference.backend, backends, backend_text);
  add_choice(command, "--rounding", inference.rounding, kRoundings,
             "Requantisation: double as TensorFlow Lite Micro, or single");
  CLI::Option* input = command
                           .add_option("--input", inference.inputs,
                                       "int8 array for the input; once per input. Default: pseudo-random values")
                           ->type_name("X.npy")
                           ->allow_extra_args(false);
  command.add_option("--seed", inference.seed, "Seed of the pseudo-random input")
      ->type_name("N")
      ->capture_default_str()
      ->excludes(input);
  add_drop_constant_channels(command, inference.drop_constant_channels);
}

// Options of the processor; they go only with `firmware` if there is such an option.
void add_firmware(CLI::App& command, FirmwareArguments& arguments, CLI::Option* firmware) {
  CLI::Option* core =
      command.add_option("--cpu", arguments.core, "Processor that runs the firmware, of configs/cpu/cores")
          ->type_name("CORE")
          ->capture_default_str();
  CLI::Option* profile =
      command.add_option("--profile", arguments.profile, "Its flash and caches, of configs/cpu/profiles")
          ->type_name("PROFILE")
          ->capture_default_str();
  add_choice(command, "--wait", arguments.wait, kWaits, "How it waits for the accelerator");
  if (firmware == nullptr) return;
  core->needs(firmware);
  profile->needs(firmware);
  command.get_option("--wait")->needs(firmware);
}

void add_run(CLI::App& app, RunArguments& arguments) {
  CLI::App& command = *app.add_subcommand("run", "Run one inference and report cycles, stalls and traffic");
  add_inference(command, arguments.inference, kBackends, "What executes the commands; functional has no clock");
  add_energy(command, arguments.energy);
  command.add_flag("--soc", arguments.soc, "Run the device inside the SystemC SoC, behind its bus");
  CLI::Option* firmware = command.add_flag(
      "--firmware", arguments.firmware.enabled,
      "Run driver and CPU operators as firmware on a simulated Cortex-M in the SoC, with their cycles");
  add_firmware(command, arguments.firmware, firmware);
  command.add_option("--output", arguments.output, "Write the output tensor")->type_name("Y.npy");
  command.add_option("--json", arguments.json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  add_html(command, arguments.html);
  command.add_option("--dump-commands", arguments.dump_commands, "Write the command streams as text")
      ->type_name("FILE");
  command.callback([&arguments] { run_command(arguments); });
}

std::pair<Cycles, Cycles> cycle_window(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto from = number(std::string_view(text).substr(0, colon));
  const auto to = colon == std::string::npos ? std::nullopt : number(std::string_view(text).substr(colon + 1));
  if (!from || !to || *from >= *to)
    throw CLI::ValidationError("--cycles", fmt::format("'{}' is not FROM:TO with FROM < TO", text));
  return {*from, *to};
}

void add_trace(CLI::App& app, TraceArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "trace", "Run one inference and write what every engine and memory port did, for ui.perfetto.dev");
  add_inference(command, arguments.inference, kTimedBackends, "What executes the commands");
  command.add_option("--output", arguments.output, "Trace event file")->type_name("FILE.json")->capture_default_str();
  command.add_option("--waves", arguments.waves, "Also write waveforms of the RTL (slow; choose a window)")
      ->type_name("FILE.fst");
  CLI::Option* cycles =
      command
          .add_option_function<std::string>(
              "--cycles", [&arguments](const std::string& text) { arguments.cycles = cycle_window(text); },
              "Only these cycles, TO excluded, counted as in the report. Default: all")
          ->type_name("FROM:TO");
  command.add_option("--layer", arguments.layer, "Only the window of this operator (# in the report)")
      ->type_name("N")
      ->excludes(cycles);
  command.callback([&arguments] { trace_command(arguments); });
}

std::size_t input_count(const std::string& text) {
  if (text == "all") return kAllInputs;
  const auto count = number(text);
  if (!count || *count == 0)
    throw CLI::ValidationError("--inputs", fmt::format("'{}' is neither a positive number nor all", text));
  return *count;
}

// "all", or names with commas between them.
std::vector<Backend> backend_list(const std::string& text) {
  if (text == "all") return {std::begin(kVerifiedBackends), std::end(kVerifiedBackends)};
  std::vector<Backend> backends;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const auto found = kBackends.find(word);
    if (found == kBackends.end()) {
      throw CLI::ValidationError("--backend", fmt::format("'{}' is not one of {}|all", word, names_of(kBackends)));
    }
    if (std::ranges::count(backends, found->second) != 0)
      throw CLI::ValidationError("--backend", fmt::format("'{}' names {} twice", text, word));
    backends.push_back(found->second);
  }
  if (backends.empty()) throw CLI::ValidationError("--backend", "no backend is named");
  return backends;
}

void add_verify(CLI::App& app, VerifyArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "verify", "Compare backends with each other, cycle by cycle, and with golden tensors, byte by byte");
  add_verbose(command);
  add_model(command, arguments.model);
  add_config(command, arguments.config);
  arguments.backends.assign(std::begin(kVerifiedBackends), std::end(kVerifiedBackends));
  command
      .add_option_function<std::string>(
          "--backend", [&arguments](const std::string& text) { arguments.backends = backend_list(text); },
          fmt::format("What to compare: some of {}, with commas between, or all", names_of(kBackends)))
      ->type_name("LIST")
      ->default_str("all");
  command
      .add_option(
          "--golden", arguments.golden,
          "Folder of golden tensors. Default: $SYSTOLITE_GOLDEN, then golden/ beside the model, if there are any")
      ->type_name("DIR");
  CLI::Option* inputs =
      command
          .add_option_function<std::string>(
              "--inputs", [&arguments](const std::string& text) { arguments.inputs = input_count(text); },
              "How many of the inputs that have golden tensors. Default: 1")
          ->type_name("N|all");
  CLI::Option* input =
      command.add_option("--input", arguments.input, "Only this int8 array")->type_name("X.npy")->excludes(inputs);
  command
      .add_option("--seed", arguments.seed, "Also a pseudo-random input; the only one if there are no golden tensors")
      ->type_name("N")
      ->excludes(input);
  add_drop_constant_channels(command, arguments.drop_constant_channels);
  command.callback([&arguments] { verify_command(arguments); });
}

void add_cpu_run(CLI::App& app, CpuRunArguments& arguments) {
  CLI::App& cpu = *app.add_subcommand("cpu", "Simulated Cortex-M processors");
  cpu.require_subcommand(1);
  CLI::App& command = *cpu.add_subcommand("run", "Run a program (ELF) until it exits, and report its cycles");
  add_verbose(command);
  command.add_option("program", arguments.program, "An ELF file for a Cortex-M, linked to the memories of the profile")
      ->required()
      ->type_name("FW.elf");
  command.add_option("--core", arguments.core, "A name from configs/cpu/cores, or a YAML file")
      ->type_name("CORE")
      ->capture_default_str();
  command.add_option("--profile", arguments.profile, "Memories: a name from configs/cpu/profiles, or a YAML file")
      ->type_name("PROFILE")
      ->capture_default_str();
  command.add_option("--max-cycles", arguments.max_cycles, "Give up after so many cycles")
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--args", arguments.command_line, "Command line that semihosting hands to the program")
      ->type_name("TEXT");
  command
      .add_option("--stack-end", arguments.stack_end,
                  "The lowest address of the main stack, below which the program stops: an address, a symbol, none, or "
                  "auto: __stack_limit or __StackLimit, else the end of the variables below it, else of the memory")
      ->type_name("WHERE")
      ->capture_default_str();
  command.add_flag("--run-fault-handlers", arguments.run_fault_handlers,
                   "Let the program handle its faults, instead of stopping at the first");
  command.add_flag("--functions", arguments.functions, "Also cycles by function");
  command.add_flag("--dump-registers", arguments.dump_registers, "Also the registers at the end");
  command
      .add_option_function<std::vector<std::string>>(
          "--dump-memory",
          [&arguments](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              try {
                arguments.dump_memory.push_back(parse_memory_dump(text));
              } catch (const std::invalid_argument& error) {
                throw CLI::ValidationError("--dump-memory", error.what());
              }
            }
          },
          "Write memory at the end to a file: ADDRESS:BYTES=FILE or SYMBOL=FILE; may be repeated")
      ->type_name("PLACE=FILE")
      ->allow_extra_args(false);
  command
      .add_option("--json", arguments.json,
                  "Write the report as JSON; - prints it instead of the table and the program's output")
      ->type_name("FILE");
  command.callback([&arguments] { cpu_run_command(arguments); });
}

// "CORE:PROFILE", e.g. cortex-m4:l4r5.
CoreTarget core_target(const std::string& option, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw CLI::ValidationError(option, fmt::format("'{}' is not CORE:PROFILE, e.g. cortex-m4:l4r5", text));
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<CoreTarget> core_targets(const std::string& text) {
  std::vector<CoreTarget> targets;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) targets.push_back(core_target("--cores", word));
  if (targets.empty()) throw CLI::ValidationError("--cores", "no core is named");
  return targets;
}

void add_compare(CLI::App& app, CompareArguments& arguments) {
  static const std::string kCores = "cortex-m0plus:ideal,cortex-m4:l4r5,cortex-m33:u575,cortex-m7:h7a3";
  static const std::string kHost = "cortex-m4:l4r5";
  CLI::App& command = *app.add_subcommand(
      "compare", "Compare one inference with Cortex-M alone: simulated with our kernels, and as published");
  arguments.inference.backend = Backend::kFast;  // the same cycles as the others, sooner
  add_inference(command, arguments.inference, kTimedBackends, "What executes the accelerator's commands");
  arguments.cores = core_targets(kCores);
  arguments.host = core_target("--host", kHost);
  command
      .add_option_function<std::string>(
          "--cores", [&arguments](const std::string& text) { arguments.cores = core_targets(text); },
          "Processors to compare with, with commas between: names from configs/cpu/cores and configs/cpu/profiles")
      ->type_name("CORE:PROFILE,...")
      ->default_str(kCores);
  command
      .add_option_function<std::string>(
          "--host", [&arguments](const std::string& text) { arguments.host = core_target("--host", text); },
          "Processor beside the accelerator, for operators it does not take")
      ->type_name("CORE:PROFILE")
      ->default_str(kHost);
  add_energy(command, arguments.energy);
  command.add_option("--json", arguments.json, "Write the comparison as JSON; - prints it instead of the table")
      ->type_name("FILE");
  add_html(command, arguments.html);
  command.callback([&arguments] { compare_command(arguments); });
}

void add_area(CLI::App& app, AreaArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "area", "Estimate area and clock of the accelerator from a fit to synthesised configurations");
  add_verbose(command);
  add_config(command, arguments.config);
  command.add_option("--library", arguments.library, "Cell library: a YAML file or a name from configs/area")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_option("--json", arguments.json, "Write the estimate as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([&arguments] { area_command(arguments); });
}

void add_diff(CLI::App& app, DiffArguments& arguments) {
  CLI::App& command = *app.add_subcommand("diff", "Tell what changed from one run to another, layer by layer");
  command.add_option("a", arguments.a, "A report that run --json wrote")->required()->type_name("A.json");
  command.add_option("b", arguments.b, "Another one")->required()->type_name("B.json");
  command.add_option("--json", arguments.json, "Write the difference as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([&arguments] { diff_command(arguments); });
}

void add_serve(CLI::App& app, ServeArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "serve",
      "Put the firmware behind a serial port that speaks the MLPerf Tiny protocol, for the benchmark's runner");
  add_verbose(command);
  add_model(command, arguments.model);
  add_config(command, arguments.config);
  add_choice(command, "--backend", arguments.backend, kTimedBackends, "What executes the commands");
  add_choice(command, "--rounding", arguments.rounding, kRoundings,
             "Requantisation: double as TensorFlow Lite Micro, or single");
  add_drop_constant_channels(command, arguments.drop_constant_channels);
  add_firmware(command, arguments.firmware, nullptr);
  command.add_option("--link", arguments.link, "Make a symbolic link to the serial port")->type_name("FILE");
  command
      .add_option("--model-id", arguments.model_id,
                  "What profile% answers. Default: kws01, ic01, vww01, ad01, strww01 for these models")
      ->type_name("ID");
  command
      .add_option_function<std::string>(
          "--input-format",
          [&arguments](const std::string& name) {
            const auto found = kInputFormats.find(name);
            if (found == kInputFormats.end()) {
              throw CLI::ValidationError("--input-format",
                                         fmt::format("'{}' is not one of {}", name, names_of(kInputFormats)));
            }
            arguments.input_format = found->second;
          },
          "What db load takes. Default: as the benchmark sends it, else int8")
      ->type_name(names_of(kInputFormats));
  command.callback([&arguments] { serve_command(arguments); });
}

void add_explore(CLI::App& app, ExploreArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "explore", "Evaluate every point of a sweep of configurations exactly, and show the best ones");
  add_verbose(command);
  command.add_option("sweep", arguments.sweep, "A sweep file or a name from configs/sweeps")
      ->required()
      ->type_name("SWEEP");
  command
      .add_option("--output", arguments.output,
                  "Write STEM.csv and STEM.json, and STEM.journal to go on from. Default: the name of the sweep")
      ->type_name("STEM");
  command.add_option("--jobs", arguments.jobs, "Processes that evaluate. Default: one for each core")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command
      .add_option_function<std::string>(
          "--confirm",
          [&arguments](const std::string& text) {
            if (text != "rtl") throw CLI::ValidationError("--confirm", fmt::format("'{}' is not rtl", text));
            arguments.confirm = true;
          },
          "Run members of the fronts on the RTL, too: cycles and outputs must be equal")
      ->type_name("rtl");
  command.add_option("--confirm-limit", arguments.confirm_limit, "Members of each front to confirm, evenly spread")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000}))
      ->capture_default_str();
  add_html(command, arguments.html);
  command.callback([&arguments] { explore_command(arguments); });
}

void add_fit(CLI::App& app, FitArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "fit", "Compare the memory that a model takes with that of microcontrollers, and show which tensor lives when");
  add_verbose(command);
  add_model(command, arguments.model);
  add_config(command, arguments.config);
  add_choice(command, "--rounding", arguments.rounding, kRoundings,
             "Requantisation: double as TensorFlow Lite Micro, or single");
  add_drop_constant_channels(command, arguments.drop_constant_channels);
  command
      .add_option("--mcu", arguments.mcu,
                  "Microcontroller: a YAML file or a name from configs/mcus; too small: exit code 3. Default: all")
      ->type_name("NAME");
  command.add_option("--json", arguments.json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([&arguments] { fit_command(arguments); });
}

void add_battery(CLI::App& app, BatteryArguments& arguments) {
  CLI::App& command = *app.add_subcommand(
      "battery", "Average power and battery life of a product around the model, and whether the accelerator pays");
  arguments.inference.backend = Backend::kFast;  // the same cycles as the others, sooner
  add_inference(command, arguments.inference, kTimedBackends, "What executes the accelerator's commands");
  command
      .add_option("--scenario", arguments.scenario,
                  "What the product does all day: a YAML file or a name from configs/scenarios")
      ->required()
      ->type_name("NAME");
  command
      .add_option("--mcu", arguments.mcu,
                  "Microcontroller: a YAML file or a name from configs/mcus. Default: the scenario's")
      ->type_name("NAME");
  command
      .add_option("--battery", arguments.battery,
                  "A YAML file or a name from configs/batteries. Default: the scenario's")
      ->type_name("NAME");
  command
      .add_option("--standby", arguments.standby,
                  "What the accelerator draws between inferences: a YAML file or a name from configs/standby")
      ->type_name("NAME")
      ->capture_default_str();
  add_energy(command, arguments.energy);
  command.add_option("--json", arguments.json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([&arguments] { battery_command(arguments); });
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
  TraceArguments trace;
  VerifyArguments verify;
  CompareArguments compare;
  DiffArguments diff;
  ServeArguments serve;
  ExploreArguments explore;
  add_run(app, run);
  add_trace(app, trace);
  add_verify(app, verify);
  CpuRunArguments cpu_run;
  add_cpu_run(app, cpu_run);
  add_compare(app, compare);
  AreaArguments area;
  add_area(app, area);
  add_diff(app, diff);
  add_serve(app, serve);
  add_explore(app, explore);
  BatteryArguments battery;
  add_battery(app, battery);
  FitArguments fit;
  add_fit(app, fit);
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
