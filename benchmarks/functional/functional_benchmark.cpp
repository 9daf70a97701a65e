// SPDX-License-Identifier: Apache-2.0
// How long one inference takes without simulating cycles: the command streams of a model through the functional
// executor, and the whole backend `fast` (results, timing, driver, operators on the CPU). Array 16 x 16.
//
// Official models where $SYSTOLITE_MODELS has them, else the embedded models of the same shape.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "sim/functional/executor.h"
#include "sim/session/session.h"

namespace systolite {
namespace {

std::filesystem::path model_file(const std::string& name) {
  try {
    return find_model(name);
  } catch (const Error&) {
    return find_model(name + "_embedded");
  }
}

struct Network {
  explicit Network(const std::string& name) : graph(import_tflite(model_file(name))) {}
  Graph graph;
  HwConfig config = load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml");
};

void run_functional(benchmark::State& state, const std::string& name) {
  const Network network(name);
  const Program program = map_network(network.graph, network.config, {});
  BusMemory memory(network.config);
  memory.write(program.flash_base, program.flash);
  Executor executor(network.config, memory);
  executor.fill_local(1);
  while (state.KeepRunning()) {
    for (const Step& step : program.steps) {
      const auto* job = std::get_if<JobStep>(&step);
      if (job == nullptr) continue;
      executor.run_stream(job->stream_address, static_cast<std::uint32_t>(job->commands.size()) * isa::kCommandBytes);
    }
  }
  state.SetLabel(network.graph.name);
  state.counters["MAC/s"] = benchmark::Counter(static_cast<double>(executor.macs()), benchmark::Counter::kIsRate);
}

void run_fast(benchmark::State& state, const std::string& name) {
  const Network network(name);
  SessionOptions options;
  options.backend = Backend::kFast;
  Session session(network.graph, network.config, options);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int input : network.graph.inputs)
    inputs.emplace_back(static_cast<std::size_t>(network.graph.tensors[static_cast<std::size_t>(input)].elements()), 3);
  while (state.KeepRunning()) benchmark::DoNotOptimize(session.run(inputs));
  state.SetLabel(network.graph.name);
}

#define SYSTOLITE_BENCHMARKS(model)                                                \
  BENCHMARK_CAPTURE(run_functional, model, #model)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(run_fast, model, #model)->Unit(benchmark::kMillisecond)

SYSTOLITE_BENCHMARKS(ic);
SYSTOLITE_BENCHMARKS(kws);
SYSTOLITE_BENCHMARKS(vww);
SYSTOLITE_BENCHMARKS(ad);
SYSTOLITE_BENCHMARKS(sww);

}  // namespace
}  // namespace systolite

BENCHMARK_MAIN();
