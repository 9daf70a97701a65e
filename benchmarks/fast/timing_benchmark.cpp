// SPDX-License-Identifier: Apache-2.0
// Inferences a second of the timing model: the jobs of a network, one after the other, on one core.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/fast/timing.h"

namespace systolite::fast {
namespace {

struct Network {
  HwConfig hw;
  std::vector<JobStep> jobs;
};

Network map_model(const std::string& model, const std::string& config) {
  Network network{.hw = load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw" / (config + ".yaml")),
                  .jobs = {}};
  const Program program = map_network(import_tflite(find_model(model)), network.hw);
  for (const Step& step : program.steps) {
    if (const auto* job = std::get_if<JobStep>(&step)) network.jobs.push_back(*job);
  }
  return network;
}

void report(benchmark::State& state, Cycles cycles) {
  state.counters["inferences/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["device_cycles"] = static_cast<double>(cycles);
}

// Streams prepared before: what changes is the memory.
void time_prepared(benchmark::State& state, const std::string& model, const std::string& config) {
  const Network network = map_model(model, config);
  const TimingModel timing(network.hw);
  BusTiming memory(network.hw);
  std::vector<PreparedStream> streams;
  for (const JobStep& job : network.jobs) streams.push_back(timing.prepare(job.commands));
  Cycles cycles = 0;
  for (auto _ : state) {
    cycles = 0;
    for (std::size_t i = 0; i < streams.size(); ++i)
      cycles += timing.time(streams[i], network.jobs[i].stream_address, memory).cycles;
    benchmark::DoNotOptimize(cycles);
  }
  report(state, cycles);
}

void prepare_and_time(benchmark::State& state, const std::string& model, const std::string& config) {
  const Network network = map_model(model, config);
  const TimingModel timing(network.hw);
  BusTiming memory(network.hw);
  Cycles cycles = 0;
  for (auto _ : state) {
    cycles = 0;
    for (const JobStep& job : network.jobs)
      cycles += timing.time(timing.prepare(job.commands), job.stream_address, memory).cycles;
    benchmark::DoNotOptimize(cycles);
  }
  report(state, cycles);
}

void trace_prepared(benchmark::State& state, const std::string& model, const std::string& config) {
  const Network network = map_model(model, config);
  const TimingModel timing(network.hw);
  BusTiming memory(network.hw);
  std::vector<PreparedStream> streams;
  for (const JobStep& job : network.jobs) streams.push_back(timing.prepare(job.commands));
  Cycles cycles = 0;
  for (auto _ : state) {
    cycles = 0;
    for (std::size_t i = 0; i < streams.size(); ++i)
      cycles += timing.trace(streams[i], network.jobs[i].stream_address, memory).cycles;
    benchmark::DoNotOptimize(cycles);
  }
  report(state, cycles);
}

#define FOR_MODEL(function, model) \
  BENCHMARK_CAPTURE(function, model, #model "_embedded", "base_16x16")->Unit(benchmark::kMicrosecond)

FOR_MODEL(time_prepared, kws);
FOR_MODEL(time_prepared, ad);
FOR_MODEL(time_prepared, ic);
FOR_MODEL(time_prepared, sww);
FOR_MODEL(time_prepared, vww);
FOR_MODEL(prepare_and_time, kws);
FOR_MODEL(prepare_and_time, ic);
FOR_MODEL(trace_prepared, kws);
FOR_MODEL(trace_prepared, ic);

}  // namespace
}  // namespace systolite::fast

BENCHMARK_MAIN();
