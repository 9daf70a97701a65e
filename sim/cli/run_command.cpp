// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "mapper/models/catalogue.h"
#include "mapper/program/text.h"
#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/npy.h"
#include "sim/html/page.h"
#include "sim/report/report_json.h"
#include "sim/report/report_table.h"

namespace systolite::cli {
namespace {

void write_output(const Graph& graph, const RunResult& result, const std::filesystem::path& file) {
  const int tensor = graph.outputs.front();
  const std::vector<int>& shape = graph.tensors[static_cast<std::size_t>(tensor)].shape;
  write_npy(file, make_npy({shape.begin(), shape.end()}, std::span<const std::int8_t>(result.tensors.at(tensor))));
}

}  // namespace

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

InputSet inputs_of(const Graph& graph, const Inference& inference) {
  return inference.inputs.empty() ? random_inputs(graph, inference.seed) : read_inputs(graph, inference.inputs);
}

void run_command(const RunArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_outputs({arguments.output, json_to_stdout ? "" : arguments.json, arguments.html, arguments.dump_commands});
  if (!arguments.html.empty()) html::require_charts();
  const Inference& inference = arguments.inference;
  if (arguments.firmware.enabled && !has_clock(inference.backend)) {
    throw Error(ExitCode::kUsage,
                fmt::format("--firmware needs a backend with a clock, {} has none: take fast, systemc or rtl",
                            name(inference.backend)));
  }
  const HwConfig config = read_config(inference.config);
  EnergyCosts energy{.table = read_energy_table(arguments.energy), .cpu = {}, .cpu_missing = {}};
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

}  // namespace systolite::cli
