// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/options.h"

#include <charconv>
#include <system_error>

#include "sim/cli/log.h"
#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite::cli {

const std::map<std::string, Backend> kBackends = {{"rtl", Backend::kRtl},
                                                  {"systemc", Backend::kSystemc},
                                                  {"fast", Backend::kFast},
                                                  {"functional", Backend::kFunctional}};
const std::map<std::string, Backend> kTimedBackends = {
    {"rtl", Backend::kRtl}, {"systemc", Backend::kSystemc}, {"fast", Backend::kFast}};

namespace {

const std::map<std::string, FirmwareWait> kWaits = {{"poll", FirmwareWait::kPoll},
                                                    {"interrupt", FirmwareWait::kInterrupt}};
const std::map<std::string, Rounding> kRoundings = {{"double", Rounding::kDouble}, {"single", Rounding::kSingle}};

}  // namespace

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

void add_library(CLI::App& command, std::string& library, const std::string& what) {
  command.add_option("--library", library, what + ": a YAML file or a name from configs/area")
      ->type_name("FILE")
      ->capture_default_str();
}

void add_energy(CLI::App& command, EnergyFiles& files) {
  command.add_option("--energy", files.table, "Energy of events: a YAML file or a name from configs/energy")
      ->type_name("FILE")
      ->capture_default_str();
  add_library(command, files.library, "Cell library that flip-flops and gates are counted in");
}

void add_rounding(CLI::App& command, Rounding& rounding) {
  add_choice(command, "--rounding", rounding, kRoundings, "Requantisation: double as TensorFlow Lite Micro, or single");
}

void add_drop_constant_channels(CLI::App& command, bool& drop) {
  command.add_flag("--drop-constant-channels", drop,
                   "Leave out channels that no output depends on; those with one value go into biases");
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
  add_rounding(command, inference.rounding);
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

SessionOptions session_options(Backend backend, Rounding rounding) {
  SessionOptions options;
  options.backend = backend;
  options.rounding = rounding;
  options.search = true;
  options.detail = log_detail;
  if (backend == Backend::kRtl) {
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
    options.rtl.progress = log_progress;
    options.rtl.detail = log_detail;
  }
  return options;
}

FirmwareOptions firmware_options(const FirmwareArguments& arguments) {
  FirmwareOptions options;
  options.core = cpu::load_core_config(find_core(arguments.core));
  options.profile = cpu::load_profile(find_profile(arguments.profile));
  options.wait = arguments.wait;
  return options;
}

InputSet inputs_of(const Graph& graph, const Inference& inference) {
  return inference.inputs.empty() ? random_inputs(graph, inference.seed) : read_inputs(graph, inference.inputs);
}

}  // namespace systolite::cli
