// SPDX-License-Identifier: Apache-2.0
// How many instructions a second the Cortex-M simulator executes, in processor time of one core.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/cpu/board.h"

namespace systolite::cpu {
namespace {

constexpr const char* kIdeal = "pipeline_timing";
constexpr const char* kFlash = "flash_and_caches";
constexpr double kIdealBar = 100;  // million instructions a second
constexpr double kFlashBar = 50;

class Workload {
 public:
  explicit Workload(const std::string& profile)
      : image_(load_elf(SYSTOLITE_WORKLOAD)),
        board_(load_core_config(SYSTOLITE_SOURCE_DIR "/configs/cpu/cores/cortex-m4.yaml"),
               load_profile(SYSTOLITE_SOURCE_DIR "/configs/cpu/profiles/" + profile + ".yaml"), bus_) {}

  void run(benchmark::State& state) {
    std::uint64_t instructions = 0;
    std::uint64_t cycles = 0;
    for ([[maybe_unused]] auto iteration : state) {
      board_.load(image_);
      const Stop stop = board_.cpu().run(kForever);
      if (stop.reason != StopReason::kExit) state.SkipWithError(stop.message.c_str());
      instructions += board_.cpu().counters().total_instructions();
      cycles += stop.cycle;
    }
    state.counters["MIPS"] = benchmark::Counter(static_cast<double>(instructions) / 1e6, benchmark::Counter::kIsRate);
    state.counters["MHz"] = benchmark::Counter(static_cast<double>(cycles) / 1e6, benchmark::Counter::kIsRate);
  }

 private:
  EmptyBus bus_;
  ElfImage image_;
  Board board_;
};

class SpeedReporter final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      failed_ = failed_ || run.error_occurred;
      if (!run.error_occurred) speeds_[run.run_name.function_name].push_back(run.counters.at("MIPS").value);
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // False when a median is short of its bar.
  [[nodiscard]] bool print_figures() {
    bool all = !failed_;
    for (const auto& [name, bar] : std::map<std::string, double>{{kIdeal, kIdealBar}, {kFlash, kFlashBar}}) {
      std::vector<double>& speeds = speeds_[name];
      if (speeds.empty()) continue;  // filtered out
      std::ranges::sort(speeds);
      const double median = speeds[speeds.size() / 2];
      all = all && median >= bar;
      fmt::print("{:<20} median {:6.1f} MIPS, best {:6.1f}, bar {:g}: {}\n", name, median, speeds.back(), bar,
                 median >= bar ? "pass" : "short");
    }
    return all;
  }

 private:
  std::map<std::string, std::vector<double>> speeds_;
  bool failed_ = false;
};

int run(int argc, char** argv) {
  std::vector<std::string> defaults = {"--benchmark_repetitions=5", "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> arguments = {argv[0]};
  for (std::string& option : defaults) arguments.push_back(option.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return static_cast<int>(ExitCode::kUsage);
  Workload ideal("ideal");
  Workload flash("l4r5");
  benchmark::RegisterBenchmark(kIdeal, [&](benchmark::State& state) {
    ideal.run(state);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(kFlash, [&](benchmark::State& state) {
    flash.run(state);
  })->Unit(benchmark::kMillisecond);
  SpeedReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.print_figures() ? 0 : 1;
}

}  // namespace
}  // namespace systolite::cpu

// Arguments are Google Benchmark's. Exit code 1: a median is short of its bar.
int main(int argc, char** argv) {
  try {
    return systolite::cpu::run(argc, argv);
  } catch (const systolite::Error& error) {
    fmt::print(stderr, "cpu_speed: {}\n", error.what());
    return static_cast<int>(error.code());
  }
}
