// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mapper/models/catalogue.h"
#include "sim/baseline/comparison.h"
#include "sim/baseline/firmware_data.h"
#include "sim/cli/commands.h"
#include "sim/cli/energy_files.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/html/page.h"
#include "sim/report/report_json.h"
#include "sim/rtl/rtl_sources.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;
using baseline::Comparison;
using baseline::CoreComparison;
using baseline::CoreRun;

// A simulated processor: configs/cpu/cores and configs/cpu/profiles.
struct CoreTarget {
  std::string core;
  std::string profile;
};

constexpr const char* kPresetCores = "cortex-m0plus:ideal,cortex-m4:l4r5,cortex-m33:u575,cortex-m7:h7a3";
constexpr const char* kPresetHost = "cortex-m4:l4r5";

struct CompareArguments {
  Inference inference;
  std::vector<CoreTarget> cores;
  CoreTarget host;  // runs what the accelerator does not take
  EnergyFiles energy;
  std::filesystem::path json;  // "-": standard output, instead of the table
  std::filesystem::path html;
};

fs::path configs() { return find_rtl_home().home / "configs"; }

CoreRun run_target(const Graph& graph, const InputSet& inputs, const CoreTarget& target, Rounding rounding,
                   std::string_view kernels) {
  const cpu::CoreConfig core = cpu::load_core_config(find_core(target.core));
  const cpu::Profile profile = cpu::load_profile(find_profile(target.profile));
  log_detail(fmt::format("running {} on {} ({}): {}", graph.name, target.core, target.profile, kernels));
  return baseline::run_on_core(graph, inputs.tensors, core, profile, rounding, kernels);
}

// The same bytes everywhere, or one of them is wrong.
void require_equal(const Graph& graph, const RunResult& result, const CoreRun& run) {
  for (const int output : graph.outputs) {
    if (run.outputs.at(output) == result.tensors.at(output)) continue;
    throw Error(ExitCode::kMismatch,
                fmt::format("output '{}' of {} on {} differs from the accelerator's",
                            graph.tensors[static_cast<std::size_t>(output)].name, graph.name, run.core));
  }
}

CoreComparison compare_core(const CoreRun& run, const baseline::Published& published,
                            const std::optional<std::string>& reference) {
  CoreComparison core{.run = run, .best = {}, .cmsis_nn = {}, .energy = {}, .least_energy = {}};
  if (!reference) return core;
  core.best = published.best(run.core, *reference);
  core.cmsis_nn = published.best_with(run.core, *reference, "CMSIS-NN");
  if (core.best && core.cmsis_nn && core.best->source == core.cmsis_nn->source) core.cmsis_nn.reset();
  return core;
}

void compare_command(const CompareArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({json_to_stdout ? "" : arguments.json, arguments.html});
  if (!arguments.html.empty()) html::require_charts();
  const Inference& inference = arguments.inference;
  const HwConfig config = read_config(inference.config);
  const Graph graph = read_model(find_model(inference.model));
  const InputSet inputs = inputs_of(graph, inference);
  const auto published = baseline::Published::load(configs() / "baselines" / "published.yaml");
  const auto published_energy = baseline::PublishedEnergy::load(configs() / "baselines" / "energy.yaml");
  const energy::CpuEnergies cpu_energies = read_cpu_energies();
  const EnergyCosts costs = read_energy_costs(arguments.energy);

  SessionOptions options = session_options(inference.backend, inference.rounding);
  options.drop_constant_channels = inference.drop_constant_channels;
  Session session(graph, config, options);
  const RunResult result = session.run(inputs.tensors);

  Comparison comparison;
  comparison.accelerator = session.report(result, inputs.origin, &costs);
  comparison.accelerator_flash_bytes = static_cast<std::uint32_t>(session.program().flash.size());
  comparison.accelerator_sram_bytes = session.program().sram_bytes;
  comparison.scratchpad_bytes = static_cast<std::uint32_t>(config.scratchpad_bytes);
  comparison.reference = published.model_of(graph);
  const Graph& same = session.graph();  // without the channels that were removed, if any, for everyone
  comparison.compiler = baseline::firmware_compiler();
  std::vector<std::string> kernels = baseline::firmware_kernels();
  if (kernels.empty()) kernels.emplace_back(baseline::kOwnKernels);  // refused with what is missing
  for (const CoreTarget& target : arguments.cores) {
    for (const std::string& whose : kernels) {
      const CoreRun run = run_target(same, inputs, target, inference.rounding, whose);
      require_equal(graph, result, run);
      // Published results once a core.
      const bool own = whose == baseline::kOwnKernels;
      CoreComparison core = compare_core(run, published, own ? comparison.reference : std::nullopt);
      core.energy = cpu_energies.find(run.core, run.profile);
      if (own && comparison.reference) core.least_energy = published_energy.best(run.core, *comparison.reference);
      comparison.cores.push_back(core);
    }
  }
  const auto host = std::ranges::find_if(comparison.cores, [&](const CoreComparison& core) {
    return core.run.core == arguments.host.core && core.run.profile == arguments.host.profile &&
           core.run.kernels == baseline::kOwnKernels;
  });
  comparison.host = host != comparison.cores.end()
                        ? host->run
                        : run_target(same, inputs, arguments.host, inference.rounding, baseline::kOwnKernels);
  comparison.host_energy = cpu_energies.find(comparison.host.core, comparison.host.profile);
  for (const LayerReport& layer : comparison.accelerator.layers) {
    if (layer.where != Where::kCpu) continue;
    comparison.host_operators.push_back(
        {.op = layer.index,
         .type = layer.op,
         .reason = layer.reason,
         .cycles = comparison.host.operator_cycles.at(static_cast<std::size_t>(layer.index))});
  }

  if (!arguments.html.empty()) {
    const std::string title = fmt::format("{}: {} beside Cortex-M", comparison.accelerator.model, config.name);
    const std::string page =
        html::page(title, {{"compare", to_json(comparison)}, {"run", to_json(comparison.accelerator)}});
    write_file_atomically(arguments.html, page);
  }
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(comparison));
  fmt::print("{}", json_to_stdout ? to_json(comparison) : to_table(comparison));
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

}  // namespace

void add_compare_command(CLI::App& app) {
  const auto arguments = std::make_shared<CompareArguments>();
  CLI::App& command = *app.add_subcommand(
      "compare", "Compare one inference with Cortex-M alone: simulated with our kernels, and as published");
  arguments->inference.backend = Backend::kFast;  // the same cycles as the others, sooner
  add_inference(command, arguments->inference, kTimedBackends, "What executes the accelerator's commands");
  arguments->cores = core_targets(kPresetCores);
  arguments->host = core_target("--host", kPresetHost);
  command
      .add_option_function<std::string>(
          "--cores", [arguments](const std::string& text) { arguments->cores = core_targets(text); },
          "Processors to compare with, with commas between: names from configs/cpu/cores and configs/cpu/profiles")
      ->type_name("CORE:PROFILE,...")
      ->default_str(kPresetCores);
  command
      .add_option_function<std::string>(
          "--host", [arguments](const std::string& text) { arguments->host = core_target("--host", text); },
          "Processor beside the accelerator, for operators it does not take")
      ->type_name("CORE:PROFILE")
      ->default_str(kPresetHost);
  add_energy(command, arguments->energy);
  command.add_option("--json", arguments->json, "Write the comparison as JSON; - prints it instead of the table")
      ->type_name("FILE");
  add_html(command, arguments->html);
  command.callback([arguments] { compare_command(*arguments); });
}

}  // namespace systolite::cli
