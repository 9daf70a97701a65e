// SPDX-License-Identifier: Apache-2.0
// What a design point costs: configuration, mapping and exact timing of a network, on one core, and a whole sweep on
// all of them. Points are drawn at random from configs/sweeps/five_models.yaml. Only processor time counts for the
// former, only the time on the wall for the latter.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "mapper/models/catalogue.h"
#include "mapper/models/sha256.h"
#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/explore/evaluator.h"
#include "sim/explore/explore.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/pareto.h"
#include "sim/explore/sweep.h"
#include "tests/core/temporary_folder.h"

namespace systolite::explore {
namespace {

namespace fs = std::filesystem;

constexpr double kBar = 1000;  // kws points/s on one core
constexpr int kRepetitions = 9;
constexpr std::size_t kPoints = 400;  // of a repetition
constexpr int kClasses = 4;           // of points by their commands

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The official models if somebody says where they are, else the embedded ones of the same shape.
std::string model_name(const std::string& name) {
  return std::getenv("SYSTOLITE_MODELS") != nullptr ? name : name + "_embedded";
}

Sweep read_sweep() {
  const fs::path file = fs::path(SYSTOLITE_SOURCE_DIR) / "configs/sweeps/five_models.yaml";
  Sweep sweep = parse_sweep(read_text(file), file.string());
  for (std::string& model : sweep.models) model = model_name(model);
  return sweep;
}

std::vector<SweepModel> read_models(const Sweep& sweep) {
  std::vector<SweepModel> models;
  for (const std::string& name : sweep.models) {
    const fs::path file = find_model(name);
    models.push_back({sha256_of_file(file), import_tflite(file)});
  }
  return models;
}

struct Cost {
  double commands;
  double seconds;
};

// Processor time of every repetition for a point on average, and of each point.
struct Measurement {
  std::vector<double> seconds;
  std::vector<Cost> points;
};

Measurement measure(const Sweep& sweep, const Graph& graph) {
  const std::vector<Graph> graphs = {graph};
  Evaluator evaluator(sweep, graphs);
  const std::size_t commands = figure_index("commands");
  std::mt19937_64 random(1);
  std::vector<PointId> points;
  Measurement measurement;
  // Points that the model fits; what is made once for all of them is made here.
  while (points.size() < kPoints) {
    const PointId point = random() % sweep.space.size();
    const ModelResult model = evaluator.evaluate(point).models[0];
    if (model.status != Status::kOk) continue;
    points.push_back(point);
    measurement.points.push_back({model.figures[commands], 1e9});
  }
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    const double start = processor_seconds();
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double before = processor_seconds();
      static_cast<void>(evaluator.evaluate(points[i]));
      measurement.points[i].seconds = std::min(measurement.points[i].seconds, processor_seconds() - before);
    }
    measurement.seconds.push_back((processor_seconds() - start) / static_cast<double>(points.size()));
  }
  return measurement;
}

void print_growth(std::vector<Cost> points) {
  std::ranges::sort(points, {}, &Cost::commands);
  fmt::print("  growth:");
  for (int i = 0; i < kClasses; ++i) {
    const std::size_t begin = points.size() * static_cast<std::size_t>(i) / kClasses;
    const std::size_t end = points.size() * static_cast<std::size_t>(i + 1) / kClasses;
    Cost sum{0, 0};
    for (std::size_t p = begin; p < end; ++p) {
      sum.commands += points[p].commands;
      sum.seconds += points[p].seconds;
    }
    const auto count = static_cast<double>(end - begin);
    fmt::print("{} {:.0f} commands {:.0f} us", i == 0 ? "" : ",", sum.commands / count, sum.seconds / count * 1e6);
  }
  fmt::print("\n");
}

// On a disc in the plane: a front of some hundred points.
void print_front_time() {
  constexpr std::size_t kFrontPoints = 1'000'000;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> coordinate(0, 1);
  std::vector<std::vector<double>> points;
  while (points.size() < kFrontPoints) {
    const double x = coordinate(random);
    const double y = coordinate(random);
    if (x * x + y * y < 1) points.push_back({1 - x, 1 - y});
  }
  const double start = processor_seconds();
  const std::size_t members = pareto_front(points).size();
  fmt::print("exact front of {} points, two objectives: {:.2f} s, {} members\n", kFrontPoints,
             processor_seconds() - start, members);
}

int run(bool whole_sweep) {
  Sweep sweep = read_sweep();
  const std::vector<SweepModel> models = read_models(sweep);
  bool reached = true;
  fmt::print("processor time of a point on one core, {} repetitions of {} points:\n", kRepetitions, kPoints);
  fmt::print("{:<16}{:>12}{:>12}{:>12}{:>12}\n", "model", "us, median", "us, best", "points/s", "bar");
  for (std::size_t m = 0; m < models.size(); ++m) {
    const Measurement measurement = measure(sweep, models[m].graph);
    const double middle = median(measurement.seconds);
    const bool has_bar = sweep.models[m].starts_with("kws");
    fmt::print("{:<16}{:>12.0f}{:>12.0f}{:>12.0f}{:>12}\n", sweep.models[m], middle * 1e6,
               std::ranges::min(measurement.seconds) * 1e6, 1 / middle,
               has_bar ? fmt::format(">= {:.0f} {}", kBar, 1 / middle >= kBar ? "pass" : "short") : "");
    print_growth(measurement.points);
    if (has_bar) reached = reached && 1 / middle >= kBar;
  }
  print_front_time();
  if (!whole_sweep) return reached ? 0 : 1;
  const TemporaryFolder folder;
  const fs::path journal = folder.path() / "journal";
  const auto cores = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U));
  const Exploration exploration =
      explore(sweep, models, {.workers = cores, .journal = journal, .version = "benchmark"});
  const double seconds = exploration.progress.seconds;
  fmt::print(
      "sweep of {} points x {} models on {} cores: {:.1f} s, {:.0f} points/s, {:.0f} mappings/s, journal {:.0f} "
      "bytes a point\n",
      exploration.points.size(), models.size(), cores, seconds,
      static_cast<double>(exploration.points.size()) / seconds,
      static_cast<double>(exploration.points.size() * models.size()) / seconds,
      static_cast<double>(fs::file_size(journal)) / static_cast<double>(exploration.points.size()));
  return reached ? 0 : 1;
}

}  // namespace
}  // namespace systolite::explore

// With --sweep also the whole sweep. Exit code 1: a figure is short of its bar.
int main(int argc, char** argv) {
  try {
    const bool whole_sweep = argc == 2 && std::string_view(argv[1]) == "--sweep";
    if (argc > 1 && !whole_sweep) {
      fmt::print(stderr, "usage: exploration_speed [--sweep]\n");
      return static_cast<int>(systolite::ExitCode::kUsage);
    }
    return systolite::explore::run(whole_sweep);
  } catch (const systolite::Error& error) {
    fmt::print(stderr, "exploration_speed: {}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    fmt::print(stderr, "exploration_speed: {}\n", error.what());
    return 1;
  }
}
