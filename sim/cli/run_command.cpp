// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "mapper/models/catalogue.h"
#include "mapper/program/text.h"
#include "mapper/tflite/import.h"
#include "sim/cli/commands.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/npy.h"
#include "sim/report/report_json.h"
#include "sim/report/report_table.h"

namespace systolite::cli {
namespace {

void write_output(const Graph& graph, const RunResult& result, const std::filesystem::path& file) {
  const int tensor = graph.outputs.front();
  const std::vector<int>& shape = graph.tensors[static_cast<std::size_t>(tensor)].shape;
  write_npy(file, make_npy({shape.begin(), shape.end()}, std::span<const std::int8_t>(result.tensors.at(tensor))));
}

// Every output file can be written, and no two are one.
void check_output_files(const RunArguments& arguments) {
  std::set<std::filesystem::path> files;
  for (const auto* file : {&arguments.output, &arguments.json, &arguments.dump_commands, &arguments.waves}) {
    if (file->empty() || (file == &arguments.json && *file == "-")) continue;
    check_writable(*file);
    std::error_code ignored;
    if (std::filesystem::is_other(*file, ignored)) continue;  // devices and pipes take several
    if (!files.insert(std::filesystem::weakly_canonical(std::filesystem::absolute(*file))).second) {
      throw Error(ExitCode::kUsage, fmt::format("{}: two outputs cannot go to one file", file->string()));
    }
  }
}

}  // namespace

SessionOptions session_options(Backend backend, Rounding rounding) {
  SessionOptions options;
  options.backend = backend;
  options.rounding = rounding;
  if (backend == Backend::kRtl) {
    options.rtl.home = find_rtl_home();
    options.rtl.cache = default_rtl_cache();
    options.rtl.progress = [](const std::string& line) { fmt::print(stderr, "systolite: {}\n", line); };
  }
  return options;
}

void run_command(const RunArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  check_output_files(arguments);
  const HwConfig config = load_hw_config(find_config(arguments.config));
  const Graph graph = import_tflite(find_model(arguments.model));
  if (!arguments.output.empty() && graph.outputs.size() != 1) {
    throw Error(ExitCode::kData,
                fmt::format("--output writes one tensor, {} has {} outputs", graph.name, graph.outputs.size()));
  }
  const InputSet inputs = arguments.inputs.empty() ? default_inputs(graph) : read_inputs(graph, arguments.inputs);

  SessionOptions options = session_options(arguments.backend, arguments.rounding);
  if (!arguments.waves.empty()) options.waveforms = {arguments.waves, arguments.waves_from, arguments.waves_to};
  Session session(graph, config, options);
  const RunResult result = session.run(inputs.tensors);
  const Report report = session.report(result, inputs.origin);

  if (!arguments.output.empty()) write_output(graph, result, arguments.output);
  if (!arguments.dump_commands.empty()) write_file_atomically(arguments.dump_commands, jobs_to_text(session.program()));
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(report));
  fmt::print("{}", json_to_stdout ? to_json(report) : to_table(report));
}

}  // namespace systolite::cli
