// SPDX-License-Identifier: Apache-2.0
// How fast the backends simulate whole networks on the 16 x 16 accelerator, all in one run: the machine is the same for
// all of them and so is, with interleaved repetitions, the load on it. Only processor time counts.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/simulation_speed/figures.h"
#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "sim/fast/timing.h"
#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_sources.h"
#include "sim/session/session.h"

namespace systolite::bench {
namespace {

// The official models if somebody says where they are, else the embedded ones of the same shape.
std::string model_name(const std::string& name) {
  return std::getenv("SYSTOLITE_MODELS") != nullptr ? name : name + "_embedded";
}

struct Network {
  explicit Network(const std::string& network_name)
      : name(model_name(network_name)),
        graph(import_tflite(find_model(name))),
        config(load_hw_config(std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs/hw/base_16x16.yaml")) {}

  std::string name;
  Graph graph;
  HwConfig config;
};

std::vector<std::vector<std::int8_t>> random_inputs(const Graph& graph) {
  std::mt19937 random(1);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int input : graph.inputs) {
    auto& values =
        inputs.emplace_back(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(input)].elements()));
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(random() & 0xFFU);
  }
  return inputs;
}

// Whole inferences, results included, on one backend. The session is made when it is first needed: with a filter
// nothing else is built.
class Inference {
 public:
  Inference(const Network& network, Backend backend)
      : network_(network), backend_(backend), inputs_(random_inputs(network.graph)) {}

  void run(benchmark::State& state) {
    if (!session_) make_session();
    Cycles cycles = 0;
    for (auto _ : state) {
      cycles = 0;
      for (const Trace& trace : session_->run(inputs_).traces) cycles += trace.cycles;
    }
    state.SetLabel(network_.name);
    state.counters[kCycles] = static_cast<double>(cycles);
    state.counters["cycles/s"] =
        benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsIterationInvariantRate);
  }

 private:
  void make_session() {
    SessionOptions options;
    options.backend = backend_;
    if (backend_ == Backend::kRtl) {
      options.rtl.home = find_rtl_home();
      options.rtl.cache = default_rtl_cache();
      options.rtl.progress = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    }
    session_ = std::make_unique<Session>(network_.graph, network_.config, options);
  }

  const Network& network_;
  Backend backend_;
  std::vector<std::vector<std::int8_t>> inputs_;
  std::unique_ptr<Session> session_;
};

// The timing model alone as a library call: the jobs of a network, one after the other.
class Timing {
 public:
  explicit Timing(const Network& network)
      : network_(network),
        program_(map_network(network.graph, network.config, {})),
        model_(network.config),
        memory_(network.config) {
    for (const Step& step : program_.steps) {
      if (const auto* job = std::get_if<JobStep>(&step)) jobs_.push_back({job, model_.prepare(job->commands)});
    }
  }

  void run_prepared(benchmark::State& state) {
    run(state, [&](const Job& job) { return time(job.prepared, *job.step); });
  }
  void run_all(benchmark::State& state) {
    run(state, [&](const Job& job) { return time(model_.prepare(job.step->commands), *job.step); });
  }

 private:
  struct Job {
    const JobStep* step;
    fast::PreparedStream prepared;
  };

  Cycles time(const fast::PreparedStream& stream, const JobStep& step) {
    return model_.time(stream, step.stream_address, memory_).cycles;
  }

  template <typename TimeJob>
  void run(benchmark::State& state, TimeJob time_job) {
    Cycles cycles = 0;
    for (auto _ : state) {
      cycles = 0;
      for (const Job& job : jobs_) cycles += time_job(job);
      benchmark::DoNotOptimize(cycles);
    }
    std::size_t commands = 0;
    for (const Job& job : jobs_) commands += job.step->commands.size();
    state.SetLabel(fmt::format("{}, {} commands", network_.name, commands));
    state.counters[kCycles] = static_cast<double>(cycles);
    state.counters["inferences/s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  }

  const Network& network_;
  Program program_;
  fast::TimingModel model_;
  BusTiming memory_;
  std::vector<Job> jobs_;
};

int run(int argc, char** argv) {
  // Defaults first, so that arguments override them.
  std::vector<std::string> defaults = {"--benchmark_repetitions=9", "--benchmark_enable_random_interleaving=true",
                                       "--benchmark_min_time=0.5"};
  std::vector<char*> arguments = {argv[0]};
  for (std::string& option : defaults) arguments.push_back(option.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return static_cast<int>(ExitCode::kUsage);

  const Network ic("ic");
  const Network kws("kws");
  Inference rtl(ic, Backend::kRtl);
  Inference systemc(ic, Backend::kSystemc);
  Inference fast(ic, Backend::kFast);
  Timing timing(kws);
  const auto add = [](const char* name, benchmark::TimeUnit unit, auto function) {
    benchmark::RegisterBenchmark(name, function)->Unit(unit);
  };
  add(kRtl, benchmark::kMillisecond, [&](benchmark::State& state) { rtl.run(state); });
  add(kSystemc, benchmark::kMillisecond, [&](benchmark::State& state) { systemc.run(state); });
  add(kFast, benchmark::kMillisecond, [&](benchmark::State& state) { fast.run(state); });
  add(kTiming, benchmark::kMicrosecond, [&](benchmark::State& state) { timing.run_prepared(state); });
  add(kPrepareAndTiming, benchmark::kMicrosecond, [&](benchmark::State& state) { timing.run_all(state); });

  FigureReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.print_figures() ? 0 : 1;
}

}  // namespace
}  // namespace systolite::bench

// Arguments are Google Benchmark's. Exit code 1: a figure is short of its bar.
int main(int argc, char** argv) {
  try {
    return systolite::bench::run(argc, argv);
  } catch (const systolite::Error& error) {
    fmt::print(stderr, "simulation_speed: {}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulation_speed: {}\n", error.what());
    return 1;
  }
}
