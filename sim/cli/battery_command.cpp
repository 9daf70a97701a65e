// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "mapper/models/catalogue.h"
#include "sim/baseline/core_run.h"
#include "sim/baseline/published.h"
#include "sim/battery/battery_report.h"
#include "sim/cli/accelerator_energy.h"
#include "sim/cli/commands.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite::cli {
namespace {

using battery::BatteryReport;
using battery::BatteryRow;
using battery::InferenceCost;
using battery::Mcu;
using battery::System;

struct BatteryArguments {
  Inference inference;
  std::string scenario;
  std::string mcu;      // empty: the scenario's
  std::string battery;  // empty: the scenario's
  std::string standby = "gated";
  EnergyFiles energy;
  std::filesystem::path json;  // "-": standard output, instead of the table
};

constexpr double kMega = 1e6;  // hertz a megahertz, picojoules a microjoule

// A processor alone: cycles at what one costs.
InferenceCost processor_cost(const Mcu& mcu, double cycles) {
  return {.seconds = cycles / (mcu.clock_mhz * kMega),
          .processor_uj = mcu.active_pj_per_cycle.figure * (cycles / kMega),
          .accelerator_uj = {}};
}

// Runs of cores with our kernels, each once.
class CoreRuns {
 public:
  CoreRuns(const Graph& graph, const InputSet& inputs, Rounding rounding)
      : graph_(graph), inputs_(inputs), rounding_(rounding) {}

  // Throws Error(kModel) when the network does not fit the core's memories.
  const baseline::CoreRun& of(const Mcu& mcu) {
    const auto key = std::pair(mcu.simulated_core, mcu.simulated_profile);
    const auto found = runs_.find(key);
    if (found != runs_.end()) return found->second;
    log_detail(fmt::format("running {} on {} ({})", graph_.name, key.first, key.second));
    const cpu::CoreConfig core = cpu::load_core_config(find_core(key.first));
    const cpu::Profile profile = cpu::load_profile(find_profile(key.second));
    return runs_.emplace(key, baseline::run_on_core(graph_, inputs_.tensors, core, profile, rounding_)).first->second;
  }

 private:
  const Graph& graph_;
  const InputSet& inputs_;
  Rounding rounding_;
  std::map<std::pair<std::string, std::string>, baseline::CoreRun> runs_;
};

// Of the microcontroller's own board, the quickest.
std::optional<baseline::PublishedResult> published_on(const Mcu& mcu, const baseline::Published& published,
                                                      const std::optional<std::string>& model) {
  std::optional<baseline::PublishedResult> best;
  if (!model) return best;
  for (const baseline::PublishedResult& result : published.results()) {
    if (result.core != mcu.core || result.model != *model || result.board != mcu.board) continue;
    if (!best || result.cycles() < best->cycles()) best = result;
  }
  return best;
}

// Impossible with the accelerator, whatever the processor alone could do: the scenario has to change.
void require_time(const System& system, const battery::Scenario& scenario) {
  const double needed = battery::needed_ms(system, scenario);
  if (needed <= scenario.sensing_period_ms) return;
  if (!scenario.captures_always()) {
    throw Error(ExitCode::kConfig,
                fmt::format("{}: key 'sensing_period_ms' is {:g}: must be at least {:.4g}, which waking up, capture, "
                            "preparation and an inference with the accelerator take on {}",
                            scenario.file.string(), scenario.sensing_period_ms, needed, system.mcu.name));
  }
  double most = 0;  // that there is time for
  for (const battery::PowerLine& line : battery::power_lines(system, scenario))
    most = std::max(most, line.most_per_second);
  throw Error(ExitCode::kConfig,
              fmt::format("{}: key 'inferences_per_second' is {:g}: must be at most {:.4g}, because preparation and "
                          "inference with the accelerator take {:.4g} ms of each sensing period of {:g} ms on {}",
                          scenario.file.string(), scenario.inferences_per_second, most, needed,
                          scenario.sensing_period_ms, system.mcu.name));
}

void add_notes(const Mcu& mcu, const AcceleratorInference& inference, BatteryReport& report) {
  report.notes.push_back(fmt::format(
      "Accelerator beside the {} ({}, {:g} MHz, simulated as {} with profile {}): driver and processor operators as "
      "firmware; energy of events from table {}",
      mcu.name, mcu.part, mcu.clock_mhz, mcu.simulated_core, mcu.simulated_profile, inference.energy_table));
  if (report.reference && *report.reference != report.scenario.model) {
    report.notes.push_back(fmt::format("The scenario is meant for {}, the model has the shape of {}",
                                       report.scenario.model, *report.reference));
  }
}

void battery_command(const BatteryArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json});
  const battery::Scenario scenario = battery::load_scenario(find_scenario(arguments.scenario));
  const Mcu mcu = battery::load_mcu(find_mcu(arguments.mcu.empty() ? scenario.mcu : arguments.mcu));
  const battery::Cell cell =
      battery::load_cell(find_battery(arguments.battery.empty() ? scenario.battery : arguments.battery));
  const battery::StandbyTable standby = battery::load_standby(find_standby(arguments.standby));
  const EnergyCosts costs = read_energy_costs(arguments.energy);
  const HwConfig config = read_config(arguments.inference.config);
  const Graph graph = read_model(find_model(arguments.inference.model));
  const InputSet inputs = inputs_of(graph, arguments.inference);
  const auto published = baseline::Published::load(find_rtl_home().home / "configs" / "baselines" / "published.yaml");

  SessionOptions options = session_options(arguments.inference.backend, arguments.inference.rounding);
  options.drop_constant_channels = arguments.inference.drop_constant_channels;
  options.firmware = firmware_options({.enabled = true,
                                       .core = mcu.simulated_core,
                                       .profile = mcu.simulated_profile,
                                       .wait = FirmwareWait::kInterrupt});
  Session session(graph, config, options);
  const RunResult result = session.run(inputs.tensors);
  const Report run = session.report(result, inputs.origin);
  const AcceleratorInference inference = accelerator_inference(session.program(), config, result, run, mcu, costs);
  const System with{
      .mcu = mcu, .inference = inference.cost, .standby = battery::standby_states(standby, inference.leakage)};
  require_time(with, scenario);

  BatteryReport report{.model = run.model,
                       .config = config.name,
                       .backend = name(arguments.inference.backend),
                       .standby = standby.name,
                       .reference = published.model_of(graph),
                       .notes = {},
                       .scenario = scenario,
                       .cell = cell,
                       .rows = {}};
  add_notes(mcu, inference, report);
  report.rows.push_back(battery_row(fmt::format("{} + {}", mcu.name, config.name), "driver/kernels, simulated", with,
                                    scenario, cell, nullptr));
  const Graph& same = session.graph();  // without the channels that were removed, if any, for everyone
  CoreRuns runs(same, inputs, arguments.inference.rounding);
  std::vector<Mcu> others = {mcu};
  for (const std::string& other : mcu_names()) {
    Mcu preset = battery::load_mcu(find_mcu(other));
    if (preset.name != mcu.name) others.push_back(std::move(preset));
  }
  for (const Mcu& alone : others) {
    try {
      const auto cycles = static_cast<double>(runs.of(alone).cycles);
      report.rows.push_back(battery_row(alone.name, "driver/kernels, simulated",
                                        {.mcu = alone, .inference = processor_cost(alone, cycles), .standby = {}},
                                        scenario, cell, &with));
    } catch (const Error& error) {
      if (error.code() != ExitCode::kModel) throw;
      BatteryRow row;
      row.name = alone.name;
      row.software = "driver/kernels, simulated";
      row.refusal = error.what();
      report.rows.push_back(std::move(row));
    }
    const auto best = published_on(alone, published, report.reference);
    if (!best) continue;
    report.rows.push_back(battery_row(alone.name, best->software + ", published",
                                      {.mcu = alone, .inference = processor_cost(alone, best->cycles()), .standby = {}},
                                      scenario, cell, &with));
    report.rows.back().source = best->source;
  }

  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(report));
  fmt::print("{}", json_to_stdout ? to_json(report) : to_table(report));
}

}  // namespace

void add_battery_command(CLI::App& app) {
  const auto arguments = std::make_shared<BatteryArguments>();
  CLI::App& command = *app.add_subcommand(
      "battery", "Average power and battery life of a product around the model, and whether the accelerator pays");
  arguments->inference.backend = Backend::kFast;  // the same cycles as the others, sooner
  add_inference(command, arguments->inference, kTimedBackends, "What executes the accelerator's commands");
  command
      .add_option("--scenario", arguments->scenario,
                  "What the product does all day: a YAML file or a name from configs/scenarios")
      ->required()
      ->type_name("NAME");
  command
      .add_option("--mcu", arguments->mcu,
                  "Microcontroller: a YAML file or a name from configs/mcus. Default: the scenario's")
      ->type_name("NAME");
  command
      .add_option("--battery", arguments->battery,
                  "A YAML file or a name from configs/batteries. Default: the scenario's")
      ->type_name("NAME");
  command
      .add_option("--standby", arguments->standby,
                  "What the accelerator draws between inferences: a YAML file or a name from configs/standby")
      ->type_name("NAME")
      ->capture_default_str();
  add_energy(command, arguments->energy);
  command.add_option("--json", arguments->json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([arguments] { battery_command(*arguments); });
}

}  // namespace systolite::cli
