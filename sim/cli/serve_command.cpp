// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "driver/serve/slt_serve_tensor.h"
#include "mapper/models/catalogue.h"
#include "sim/cli/commands.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/cli/pseudo_terminal.h"
#include "sim/core/error.h"
#include "sim/session/serve_session.h"

namespace systolite::cli {
namespace {

const std::map<std::string, slt_input_format_t> kInputFormats = {
    {"int8", kSltInputInt8}, {"uint8", kSltInputUint8}, {"float32", kSltInputFloat32}};

struct ServeArguments {
  std::string model;
  std::string config = kDefaultConfig;
  Backend backend = Backend::kFast;
  Rounding rounding = Rounding::kDouble;
  bool drop_constant_channels = false;
  FirmwareArguments firmware;
  std::string model_id;                            // empty: of the benchmark the model belongs to
  std::optional<slt_input_format_t> input_format;  // nothing: of the benchmark
  std::filesystem::path link;                      // to the serial port
};

// How a benchmark's reference firmware names itself and takes its data (mlcommons/tiny,
// benchmark/reference_submissions); names as in the catalogue of models, with or without "_embedded".
struct Benchmark {
  const char* name;
  const char* id;
  slt_input_format_t input;
  slt_results_format_t results;
};
constexpr Benchmark kBenchmarks[] = {
    {"ic", "ic01", kSltInputUint8, kSltResultsRounded},    {"kws", "kws01", kSltInputInt8, kSltResultsTruncated},
    {"vww", "vww01", kSltInputUint8, kSltResultsRounded},  {"ad", "ad01", kSltInputFloat32, kSltResultsSquaredError},
    {"sww", "strww01", kSltInputInt8, kSltResultsRounded},
};
constexpr const char* kVendor = "systolite";
constexpr double kBitsPerSecond = 115200;  // what the runner opens the port with
constexpr std::uint32_t kMaxBitCycles = 65535;

const Benchmark* benchmark_of(const std::string& model) {
  const std::string stem = std::filesystem::path(model).stem().string();
  const auto found = std::ranges::find_if(kBenchmarks, [&](const Benchmark& benchmark) {
    return stem == benchmark.name || stem == std::string(benchmark.name) + "_embedded" ||
           stem.starts_with(std::string(benchmark.name) + "_ref");
  });
  return found == std::end(kBenchmarks) ? nullptr : found;
}

std::uint32_t values_of(const Graph& graph, const std::vector<int>& tensors) {
  return static_cast<std::uint32_t>(graph.tensors[static_cast<std::size_t>(tensors.at(0))].bytes());
}

ServeOptions serve_options(const ServeArguments& arguments, const Graph& graph, const HwConfig& config) {
  ServeOptions serve;
  serve.vendor = kVendor;
  const Benchmark* benchmark = benchmark_of(arguments.model);
  serve.model = !arguments.model_id.empty() ? arguments.model_id : benchmark != nullptr ? benchmark->id : graph.name;
  serve.input_format = arguments.input_format.value_or(benchmark != nullptr ? benchmark->input : kSltInputInt8);
  serve.results_format = benchmark != nullptr ? benchmark->results : kSltResultsRounded;
  if (!graph.inputs.empty() && !graph.outputs.empty()) {
    const std::uint32_t values = values_of(graph, graph.inputs);
    serve.buffer_bytes = slt_serve_input_bytes(static_cast<slt_input_format_t>(serve.input_format), values);
    const bool compares = serve.results_format == kSltResultsSquaredError;
    if (compares && (serve.input_format != kSltInputFloat32 || values != values_of(graph, graph.outputs)))
      serve.results_format = kSltResultsRounded;
  }
  const double bit_cycles = std::round(config.clock_mhz * 1e6 / kBitsPerSecond);
  serve.uart_bit_cycles = static_cast<std::uint32_t>(std::clamp<double>(bit_cycles, 1, kMaxBitCycles));
  return serve;
}

void serve_command(const ServeArguments& arguments) {
  const HwConfig config = read_config(arguments.config);
  const Graph graph = read_model(find_model(arguments.model));
  SessionOptions options = session_options(arguments.backend, arguments.rounding);
  options.drop_constant_channels = arguments.drop_constant_channels;
  options.firmware = firmware_options(arguments.firmware);
  const ServeOptions serve = serve_options(arguments, graph, config);
  PseudoTerminal port(arguments.link);
  ServeSession session(graph, config, options, serve, [&](char c) { port.write({&c, 1}); });
  const auto shown = [&] { return arguments.link.empty() ? port.path() : arguments.link.string(); };
  fmt::print("Serving {} as {} on {}: {}, {} bytes of input. Stop with Ctrl-C.\n", graph.name, serve.model, config.name,
             shown(), serve.buffer_bytes);
  std::fflush(stdout);
  // The board is switched on by the first client, which so gets all it says.
  port.wait_for_client();
  session.start();
  for (;;) {
    session.run();
    log_detail(fmt::format("waiting for characters in cycle {}", session.now()));
    session.receive(port.read());
  }
}

}  // namespace

void add_serve_command(CLI::App& app) {
  const auto arguments = std::make_shared<ServeArguments>();
  CLI::App& command = *app.add_subcommand(
      "serve",
      "Put the firmware behind a serial port that speaks the MLPerf Tiny protocol, for the benchmark's runner");
  add_verbose(command);
  add_model(command, arguments->model);
  add_config(command, arguments->config);
  add_choice(command, "--backend", arguments->backend, kTimedBackends, "What executes the commands");
  add_rounding(command, arguments->rounding);
  add_drop_constant_channels(command, arguments->drop_constant_channels);
  add_firmware(command, arguments->firmware, nullptr);
  command.add_option("--link", arguments->link, "Make a symbolic link to the serial port")->type_name("FILE");
  command
      .add_option("--model-id", arguments->model_id,
                  "What profile% answers. Default: kws01, ic01, vww01, ad01, strww01 for these models")
      ->type_name("ID");
  command
      .add_option_function<std::string>(
          "--input-format",
          [arguments](const std::string& name) {
            const auto found = kInputFormats.find(name);
            if (found == kInputFormats.end()) {
              throw CLI::ValidationError("--input-format",
                                         fmt::format("'{}' is not one of {}", name, names_of(kInputFormats)));
            }
            arguments->input_format = found->second;
          },
          "What db load takes. Default: as the benchmark sends it, else int8")
      ->type_name(names_of(kInputFormats));
  command.callback([arguments] { serve_command(*arguments); });
}

}  // namespace systolite::cli
