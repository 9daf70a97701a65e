// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "driver/host/cpu_program.h"
#include "mapper/models/catalogue.h"
#include "mapper/passes/remove_constant_channels.h"
#include "sim/baseline/memory_image.h"
#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/fit/fit_report.h"

namespace systolite::cli {
namespace {

using battery::Mcu;
using fit::FitReport;
using fit::FitRow;

struct FitArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Rounding rounding = Rounding::kDouble;
  bool drop_constant_channels = false;
  std::string mcu;             // empty: all there are
  std::filesystem::path json;  // "-": standard output, instead of the table
};

std::vector<Mcu> mcus_of(const FitArguments& arguments) {
  std::vector<Mcu> mcus;
  if (!arguments.mcu.empty()) return {battery::load_mcu(find_mcu(arguments.mcu))};
  for (const std::string& name : mcu_names()) mcus.push_back(battery::load_mcu(find_mcu(name)));
  return mcus;
}

// What cannot be built is an answer too; anything else is an error of the command.
template <typename Need>
FitRow row_of(const Mcu& mcu, const Need& need) {
  FitRow row;
  try {
    row.need = need();
    row.verdict = fit::verdict(*row.need, mcu);
  } catch (const Error& error) {
    if (error.code() != ExitCode::kModel) throw;
    row.refusal = error.what();
  }
  return row;
}

void fit_command(const FitArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json});
  const HwConfig config = read_config(arguments.config);
  const Graph original = read_model(find_model(arguments.model));
  const std::vector<Mcu> mcus = mcus_of(arguments);

  const auto reduced = arguments.drop_constant_channels
                           ? std::optional(remove_constant_channels(original, arguments.rounding))
                           : std::nullopt;
  const Graph& graph = reduced ? reduced->graph : original;
  FitReport report{.model = graph.name, .config = config.name, .removed = reduced.has_value()};
  std::optional<Session> session;  // maps as `run` does
  std::string refusal;
  try {
    session.emplace(graph, config, session_options(Backend::kFast, arguments.rounding));
    report.scratchpad = fit::scratchpad_timeline(graph, config);
    report.accelerator_memory = fit::memory_timeline(graph, session->program());
  } catch (const Error& error) {
    if (error.code() != ExitCode::kModel) throw;
    refusal = error.what();
  }
  const CpuProgramOptions alone{.flash_base = 0, .sram_base = baseline::MemoryMap{}.ram, .keep_all_tensors = false};
  report.processor_memory = fit::memory_timeline(graph, cpu_program(graph, alone));
  for (const Mcu& mcu : mcus) {
    const std::string& core = mcu.simulated_core;
    const auto accelerator = [&]() -> fit::MemoryNeed {
      if (!session) throw Error(ExitCode::kModel, refusal);
      return fit::accelerator_need(graph, config, session->program(), core, arguments.rounding);
    };
    report.targets.push_back(
        {.mcu = mcu,
         .accelerator = row_of(mcu, accelerator),
         .processor = row_of(mcu, [&] { return fit::processor_need(graph, core, arguments.rounding); })});
  }

  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(report));
  fmt::print("{}", json_to_stdout ? to_json(report) : to_table(report));
  const fit::FitTarget& first = report.targets.front();
  if (!arguments.mcu.empty() && !first.accelerator.fits()) {
    throw Error(ExitCode::kModel, fmt::format("{} on {} does not fit {}: {}", report.model, report.config,
                                              first.mcu.name, sentence(first.accelerator)));
  }
}

}  // namespace

void add_fit_command(CLI::App& app) {
  const auto arguments = std::make_shared<FitArguments>();
  CLI::App& command = *app.add_subcommand(
      "fit", "Compare the memory that a model takes with that of microcontrollers, and show which tensor lives when");
  add_verbose(command);
  add_model(command, arguments->model);
  add_config(command, arguments->config);
  add_rounding(command, arguments->rounding);
  add_drop_constant_channels(command, arguments->drop_constant_channels);
  command
      .add_option("--mcu", arguments->mcu,
                  "Microcontroller: a YAML file or a name from configs/mcus; too small: exit code 3. Default: all")
      ->type_name("NAME");
  command.add_option("--json", arguments->json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  command.callback([arguments] { fit_command(*arguments); });
}

}  // namespace systolite::cli
