// SPDX-License-Identifier: Apache-2.0
// What the energy of a design point costs: activity of a mapped network, and its price. Arguments are Google
// Benchmark's.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/energy/energy.h"
#include "sim/fast/timing.h"

namespace systolite::bench {
namespace {

const std::filesystem::path kConfigs = std::filesystem::path(SYSTOLITE_SOURCE_DIR) / "configs";

struct Point {
  explicit Point(const std::string& model)
      : hw(load_hw_config(kConfigs / "hw" / "base_16x16.yaml")),
        program(map_network(import_tflite(find_model(model)), hw, {})),
        table(energy::load_energy_table(kConfigs / "energy" / "45nm.yaml")),
        library(AreaTable::load(kConfigs / "area" / "osu018.yaml")) {
    const fast::TimingModel timing(hw);
    BusTiming memory(hw);
    for (const Step& step : program.steps) {
      const auto* job = std::get_if<JobStep>(&step);
      if (job == nullptr) continue;
      clocks.push_back(energy::clock_of(timing.trace(timing.prepare(job->commands), job->stream_address, memory)));
    }
  }

  HwConfig hw;
  Program program;
  energy::EnergyTable table;
  AreaTable library;
  std::vector<energy::JobClock> clocks;
};

void activity(benchmark::State& state, const std::string& model) {
  const Point point(model);
  for (auto _ : state) benchmark::DoNotOptimize(energy::program_activity(point.program, point.hw, point.clocks));
}

void price(benchmark::State& state, const std::string& model) {
  const Point point(model);
  const energy::Activity counts = energy::program_activity(point.program, point.hw, point.clocks);
  for (auto _ : state) {
    const LogicSize size = logic_size(point.hw, estimate_area(point.hw, point.library));
    const energy::EnergyModel energy_model(point.table, point.hw, size);
    benchmark::DoNotOptimize(energy_model.split(counts).total());
  }
}

}  // namespace
}  // namespace systolite::bench

int main(int argc, char** argv) {
  for (const std::string model : {"kws_embedded", "ic_embedded", "vww_embedded"}) {
    benchmark::RegisterBenchmark(("activity/" + model).c_str(), systolite::bench::activity, model)
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::RegisterBenchmark("model_and_price/kws_embedded", systolite::bench::price, std::string("kws_embedded"))
      ->Unit(benchmark::kMicrosecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
