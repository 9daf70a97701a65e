// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "mapper/models/catalogue.h"
#include "mapper/program/text.h"
#include "sim/cli/commands.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/npy.h"
#include "sim/core/stop_request.h"
#include "sim/html/page.h"
#include "sim/report/report_json.h"
#include "sim/report/report_table.h"

namespace systolite::cli {
namespace {

struct RunArguments {
  Inference inference;
  FirmwareArguments firmware;
  EnergyFiles energy;
  bool soc = false;
  std::filesystem::path output;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path html;
  std::filesystem::path dump_commands;
};

void write_output(const Graph& graph, const RunResult& result, const std::filesystem::path& file) {
  const int tensor = graph.outputs.front();
  const std::vector<int>& shape = graph.tensors[static_cast<std::size_t>(tensor)].shape;
  write_npy(file, make_npy({shape.begin(), shape.end()}, std::span<const std::int8_t>(result.tensors.at(tensor))));
}

void run_command(const RunArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  catch_stop_signals();
  check_outputs({arguments.output, json_to_stdout ? "" : arguments.json, arguments.html, arguments.dump_commands});
  if (!arguments.html.empty()) html::require_charts();
  const Inference& inference = arguments.inference;
  if (arguments.firmware.enabled && !has_clock(inference.backend)) {
    throw Error(ExitCode::kUsage,
                fmt::format("--firmware needs a backend with a clock, {} has none: take fast, systemc or rtl",
                            name(inference.backend)));
  }
  const HwConfig config = read_config(inference.config);
  EnergyCosts energy = read_energy_costs(arguments.energy);
  const Graph graph = read_model(find_model(inference.model));
  if (!arguments.output.empty() && graph.outputs.size() != 1) {
    throw Error(ExitCode::kData,
                fmt::format("--output writes one tensor, {} has {} outputs", graph.name, graph.outputs.size()));
  }
  const InputSet inputs = inputs_of(graph, inference);
  SessionOptions options = session_options(inference.backend, inference.rounding);
  options.drop_constant_channels = inference.drop_constant_channels;
  options.soc = arguments.soc;
  if (arguments.firmware.enabled) {
    options.firmware = firmware_options(arguments.firmware);
    const std::string& core = options.firmware->core.name;
    const std::string& profile = options.firmware->profile.name;
    energy.cpu = read_cpu_energies().find(core, profile);
    energy.cpu_missing = fmt::format("configs/energy/cpu.yaml has no figure of {} with profile {}", core, profile);
  }
  Session session(graph, config, options);
  const RunResult result = session.run(inputs.tensors);
  const Report report = session.report(result, inputs.origin, &energy);

  if (!arguments.output.empty()) write_output(graph, result, arguments.output);
  if (!arguments.dump_commands.empty()) write_file_atomically(arguments.dump_commands, jobs_to_text(session.program()));
  if (!arguments.html.empty()) {
    const std::string title = fmt::format("{} on {}", report.model, report.config);
    write_file_atomically(arguments.html, html::page(title, {{"run", to_json(report)}}));
  }
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(report));
  fmt::print("{}", json_to_stdout ? to_json(report) : to_table(report));
}

}  // namespace

void add_run_command(CLI::App& app) {
  const auto arguments = std::make_shared<RunArguments>();
  CLI::App& command = *app.add_subcommand("run", "Run one inference and report cycles, stalls and traffic");
  add_inference(command, arguments->inference, kBackends, "What executes the commands; functional has no clock");
  add_energy(command, arguments->energy);
  command.add_flag("--soc", arguments->soc, "Run the device inside the SystemC SoC, behind its bus");
  CLI::Option* firmware = command.add_flag(
      "--firmware", arguments->firmware.enabled,
      "Run driver and CPU operators as firmware on a simulated Cortex-M in the SoC, with their cycles");
  add_firmware(command, arguments->firmware, firmware);
  command.add_option("--output", arguments->output, "Write the output tensor")->type_name("Y.npy");
  command.add_option("--json", arguments->json, "Write the report as JSON; - prints it instead of the table")
      ->type_name("FILE");
  add_html(command, arguments->html);
  command.add_option("--dump-commands", arguments->dump_commands, "Write the command streams as text")
      ->type_name("FILE");
  command.callback([arguments] { run_command(*arguments); });
}

}  // namespace systolite::cli
