// SPDX-License-Identifier: Apache-2.0
// Writes a timeline of a run, and the RTL's waveforms of the same cycles. Waveforms come from a second run: only the
// first tells when the job started and where a layer's window lies, and all runs of a program are the same.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "mapper/models/catalogue.h"
#include "sim/cli/commands.h"
#include "sim/cli/options.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/device/trace_diff.h"
#include "sim/report/timeline.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

struct TraceArguments {
  Inference inference;
  std::filesystem::path output = "trace.json";
  std::filesystem::path waves;                      // empty: no waveforms
  std::optional<std::pair<Cycles, Cycles>> cycles;  // [from, to) of the run; nothing: all
  std::optional<std::uint64_t> layer;               // its window
};

using Window = std::pair<Cycles, Cycles>;  // [from, to) of the run

// A file in the making beside its target: it takes the target's name when it is complete and is removed otherwise.
class PartialFile {
 public:
  explicit PartialFile(const fs::path& target) : target_(fs::weakly_canonical(target)), partial_(target_) {
    partial_ += ".partial";
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() {
    std::error_code ignored;
    fs::remove(partial_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return partial_; }
  void complete() {
    std::error_code failure;
    fs::rename(partial_, target_, failure);
    if (failure)
      throw Error(ExitCode::kData, fmt::format("{}: cannot be written: {}", target_.string(), failure.message()));
  }

 private:
  fs::path target_;
  fs::path partial_;
};

Cycles total_cycles(const std::vector<Trace>& traces) {
  Cycles total = 0;
  for (const Trace& trace : traces) total += trace.cycles;
  return total;
}

Window layer_window(const Graph& graph, const Session& session, const HwConfig& config,
                    const std::vector<Trace>& traces, std::uint64_t layer) {
  for (const LayerWindow& window : run_windows(session.program(), traces, config)) {
    if (static_cast<std::uint64_t>(window.op) == layer && window.from < window.to) return {window.from, window.to};
  }
  throw Error(ExitCode::kUsage, fmt::format("--layer {}: {} takes no cycles of its own on the accelerator", layer,
                                            graph.ops[layer].type));
}

Window shown_window(const TraceArguments& arguments, const Graph& graph, const Session& session, const HwConfig& config,
                    const std::vector<Trace>& traces) {
  const Cycles total = total_cycles(traces);
  if (arguments.layer) return layer_window(graph, session, config, traces, *arguments.layer);
  if (!arguments.cycles) return {0, total};
  const auto [from, to] = *arguments.cycles;
  if (from >= total)
    throw Error(ExitCode::kUsage, fmt::format("--cycles {}:{}: the run has {} cycles", from, to, total));
  return {from, std::min(to, total)};
}

// A cycle of the run counted since reset.
Cycles since_reset(const std::vector<Trace>& traces, Cycles cycle) {
  for (const Trace& trace : traces) {
    if (cycle < trace.cycles) return trace.start + cycle;
    cycle -= trace.cycles;
  }
  throw Error(ExitCode::kInternal, "A cycle outside the run.");
}

void check_same(const Session& session, const std::vector<Trace>& first, const std::vector<Trace>& second) {
  std::size_t job_index = 0;
  for (const Step& step : session.program().steps) {
    const auto* job = std::get_if<JobStep>(&step);
    if (job == nullptr) continue;
    const Trace& a = first.at(job_index);
    const Trace& b = second.at(job_index++);
    if (const auto difference = first_difference(a, b, job->commands)) {
      throw Error(ExitCode::kInternal, "The run with waveforms was another one: " +
                                           describe(*difference, a, b, job->commands, "first", "second"));
    }
  }
}

void write_waves(const Graph& graph, const HwConfig& config, SessionOptions options, const InputSet& inputs,
                 const std::vector<Trace>& traces, const Window& window, const fs::path& file) {
  PartialFile partial(file);
  options.waveforms = {partial.path(), since_reset(traces, window.first), since_reset(traces, window.second - 1) + 1};
  {
    Session session(graph, config, options);
    check_same(session, traces, session.run(inputs.tensors).traces);
  }  // closes the file
  partial.complete();
}

void trace_command(const TraceArguments& arguments) {
  const Inference& inference = arguments.inference;
  const bool waves = !arguments.waves.empty();
  if (waves && inference.backend != Backend::kRtl) {
    throw Error(ExitCode::kUsage,
                fmt::format("--waves shows the RTL's signals; the backend is {}", name(inference.backend)));
  }
  check_outputs({arguments.output, arguments.waves});
  std::error_code ignored;
  if (fs::is_other(arguments.waves, ignored))
    throw Error(ExitCode::kData, fmt::format("{}: waveforms need a regular file", arguments.waves.string()));
  const HwConfig config = read_config(inference.config);
  const Graph graph = read_model(find_model(inference.model));
  if (arguments.layer && *arguments.layer >= graph.ops.size()) {
    throw Error(ExitCode::kUsage, fmt::format("--layer {}: {} has the operators 0 to {}", *arguments.layer, graph.name,
                                              graph.ops.size() - 1));
  }
  const InputSet inputs = inputs_of(graph, inference);

  SessionOptions options = session_options(inference.backend, inference.rounding);
  options.drop_constant_channels = inference.drop_constant_channels;
  options.rtl.waveforms = waves;
  Session session(graph, config, options);
  const RunResult result = session.run(inputs.tensors);
  const Window window = shown_window(arguments, graph, session, config, result.traces);
  const std::string json = timeline_json(
      session.graph(), session.program(), config, result.traces,
      {.backend = name(inference.backend), .input = inputs.origin, .has_timing = true}, window.first, window.second);
  if (waves) write_waves(graph, config, options, inputs, result.traces, window, arguments.waves);
  write_file_atomically(arguments.output, json);
  fmt::print("{} on {}, backend {}: cycles {} to {} of {}\n", graph.name, config.name, name(inference.backend),
             window.first, window.second, total_cycles(result.traces));
  fmt::print("  timeline: {} (open it in https://ui.perfetto.dev)\n", arguments.output.string());
  if (waves) {
    fmt::print("  waveforms: {} ({} cycles; cycle {} of the run is cycle {} since reset)\n", arguments.waves.string(),
               window.second - window.first, window.first, since_reset(result.traces, window.first));
  }
}

std::pair<Cycles, Cycles> cycle_window(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto from = number(std::string_view(text).substr(0, colon));
  const auto to = colon == std::string::npos ? std::nullopt : number(std::string_view(text).substr(colon + 1));
  if (!from || !to || *from >= *to)
    throw CLI::ValidationError("--cycles", fmt::format("'{}' is not FROM:TO with FROM < TO", text));
  return {*from, *to};
}

}  // namespace

void add_trace_command(CLI::App& app) {
  const auto arguments = std::make_shared<TraceArguments>();
  CLI::App& command = *app.add_subcommand(
      "trace", "Run one inference and write what every engine and memory port did, for ui.perfetto.dev");
  add_inference(command, arguments->inference, kTimedBackends, "What executes the commands");
  command.add_option("--output", arguments->output, "Trace event file")->type_name("FILE.json")->capture_default_str();
  command.add_option("--waves", arguments->waves, "Also write waveforms of the RTL (slow; choose a window)")
      ->type_name("FILE.fst");
  CLI::Option* cycles =
      command
          .add_option_function<std::string>(
              "--cycles", [arguments](const std::string& text) { arguments->cycles = cycle_window(text); },
              "Only these cycles, TO excluded, counted as in the report. Default: all")
          ->type_name("FROM:TO");
  command.add_option("--layer", arguments->layer, "Only the window of this operator (# in the report)")
      ->type_name("N")
      ->excludes(cycles);
  command.callback([arguments] { trace_command(*arguments); });
}

}  // namespace systolite::cli
