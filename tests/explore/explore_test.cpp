// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/explore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "mapper/lower/map.h"
#include "sim/area/area_model.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/explore/assessment.h"
#include "sim/explore/confirm.h"
#include "sim/explore/figure_list.h"
#include "sim/explore/record.h"
#include "sim/explore/result_files.h"
#include "sim/session/session.h"
#include "tests/core/temporary_folder.h"
#include "tests/explore/sweep_files.h"

namespace systolite::explore {
namespace {

using test::sweep_of;
using ::testing::HasSubstr;

bool equal(const PointResult& a, const PointResult& b) { return to_record(a) == to_record(b); }

ExploreOptions options_for(const std::filesystem::path& journal, int workers = 2) {
  return {.workers = workers, .journal = journal, .version = "test"};
}

TEST(EvaluatorTest, FiguresAreThoseOfARun) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::size_t runs = 0;
  for (PointId point = 0; point < sweep.space.size(); point += 5) {
    const PointResult result = evaluator.evaluate(point);
    for (std::size_t m = 0; m < graphs.size(); ++m) {
      if (result.models[m].status != Status::kOk) continue;
      const HwConfig config = evaluator.config(point);
      SessionOptions fast;
      fast.backend = Backend::kFast;
      Session session(graphs[m], config, fast);
      std::vector<std::vector<std::int8_t>> inputs;
      for (const int input : graphs[m].inputs)
        inputs.emplace_back(static_cast<std::size_t>(graphs[m].tensors[static_cast<std::size_t>(input)].elements()));
      const AreaTable library = AreaTable::load(sweep.library);
      const EnergyCosts costs{
          .table = energy::load_energy_table(sweep.energy), .library = library, .cpu = {}, .cpu_missing = ""};
      const Report report = session.report(session.run(inputs), "zeros", &costs);
      const auto figure = [&](const char* name) { return result.models[m].figures[figure_index(name)]; };
      EXPECT_EQ(figure("cycles"), static_cast<double>(report.cycles));
      EXPECT_DOUBLE_EQ(figure("time_us"), report.latency_us);
      EXPECT_EQ(figure("macs"), static_cast<double>(report.macs_executed));
      EXPECT_DOUBLE_EQ(figure("utilization"), report.utilization);
      EXPECT_EQ(figure("bytes_read"), static_cast<double>(report.bytes_read));
      EXPECT_EQ(figure("bytes_written"), static_cast<double>(report.bytes_written));
      EXPECT_EQ(figure("bytes_fetched"), static_cast<double>(report.bytes_fetched));
      EXPECT_EQ(figure("scratchpad_peak_bytes"), static_cast<double>(report.scratchpad_peak_bytes));
      const auto cpu_steps = static_cast<std::size_t>(figure("cpu_operators"));
      EXPECT_EQ(figure("jobs"), static_cast<double>(session.program().steps.size() - cpu_steps));
      const Cycles busy = report.engines[static_cast<std::size_t>(isa::Engine::kMm)][isa::State::kBusy];
      EXPECT_DOUBLE_EQ(figure("array_busy"), static_cast<double>(busy) / static_cast<double>(report.cycles));
      const double bytes = static_cast<double>(report.bytes_read + report.bytes_written);
      EXPECT_NEAR(figure("bus_utilization"), bytes / config.dma.bus_bytes() / static_cast<double>(report.cycles),
                  1e-12);
      const AreaEstimate area = estimate_area(config, library);
      EXPECT_DOUBLE_EQ(figure("area_mm2"), area.total_mm2.value);
      EXPECT_GT(figure("energy_uj"), 0);
      EXPECT_NEAR(figure("energy_uj"), report.energy->total_pj().value * 1e-6, 1e-9 * figure("energy_uj"));
      EXPECT_NEAR(figure("energy_uj_low"), report.energy->total_pj().low * 1e-6, 1e-9 * figure("energy_uj"));
      EXPECT_NEAR(figure("energy_uj_high"), report.energy->total_pj().high * 1e-6, 1e-9 * figure("energy_uj"));
      ++runs;
    }
  }
  EXPECT_GT(runs, 3U);
}

TEST(EvaluatorTest, SaysWhyAPointHasNoFigures) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::size_t illegal = 0;
  std::size_t too_small = 0;
  for (PointId point = 0; point < sweep.space.size(); ++point) {
    for (const ModelResult& model : evaluator.evaluate(point).models) {
      EXPECT_NE(model.status, Status::kFailed) << model.reason;
      if (model.status == Status::kIllegal) {
        EXPECT_THAT(model.reason, HasSubstr("accumulator.bytes"));  // 12 columns
        ++illegal;
      }
      if (model.status == Status::kDoesNotFit) {
        EXPECT_THAT(model.reason, HasSubstr("scratchpad"));
        ++too_small;
      }
    }
  }
  EXPECT_EQ(illegal, 2U * 2 * 2 * 3);  // a third of the points, two models each
  EXPECT_GT(too_small, 0U);
}

// Neither the points before nor the search for other cuts of the same point show in a result.
TEST(EvaluatorTest, ResultsDoNotDependOnTheOrder) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator one(sweep, graphs);
  std::vector<PointResult> forward;
  for (PointId point = 0; point < sweep.space.size(); ++point) forward.push_back(one.evaluate(point));
  Evaluator other(sweep, graphs);
  for (PointId point = sweep.space.size(); point-- > 0;) EXPECT_TRUE(equal(other.evaluate(point), forward[point]));
}

TEST(EvaluatorTest, MapsAsTheSweepSays) {
  const Sweep sweep = sweep_of(
      "name: m\nmodels: [vww_embedded]\nbase: base_16x16\nobjectives: [{minimize: cycles}]\n"
      "parameters: {mapping.search: [false, true], mapping.drop_constant_channels: [false, true]}\n");
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::vector<std::vector<double>> figures;
  for (PointId point = 0; point < 4; ++point) figures.push_back(evaluator.evaluate(point).models[0].figures);
  const auto figure = [&](PointId point, const char* name) { return figures[point].at(figure_index(name)); };
  EXPECT_LE(figure(2, "cycles"), figure(0, "cycles"));
  EXPECT_LE(figure(3, "cycles"), figure(1, "cycles"));
  EXPECT_EQ(figure(2, "macs"), figure(0, "macs"));
  EXPECT_LE(figure(1, "macs"), figure(0, "macs"));
  const HwConfig config = evaluator.config(3);
  SessionOptions options;
  options.backend = Backend::kFast;
  options.search = true;
  options.drop_constant_channels = true;
  const Session session(graphs[0], config, options);
  EXPECT_EQ(figure(3, "flash_bytes"), static_cast<double>(session.program().flash.size()));
}

TEST(RecordTest, ReadsBack) {
  PointResult result{.point = 12345678901234567890U, .models = {}};
  std::vector<double> values = {1.0 / 3, 1e300, 0, -2.5, 13135};
  values.resize(figures().size(), 7);
  result.models.push_back({.status = Status::kOk, .reason = "", .figures = values});
  result.models.push_back({.status = Status::kDoesNotFit, .reason = "a \"quoted\"\nline, \xC3\xA4", .figures = {}});
  const std::string record = to_record(result);
  EXPECT_EQ(record.find('\n'), std::string::npos);
  const auto back = from_record(record);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->point, result.point);
  ASSERT_EQ(back->models.size(), 2U);
  EXPECT_EQ(back->models[0].figures, result.models[0].figures);
  EXPECT_EQ(back->models[1].reason, result.models[1].reason);
  EXPECT_EQ(back->models[1].status, Status::kDoesNotFit);
  // Those of a product are left out where there is none.
  values.resize(figures(false).size());
  values.resize(figures().size(), std::numeric_limits<double>::quiet_NaN());
  const std::string shorter =
      to_record({.point = 1, .models = {{.status = Status::kOk, .reason = "", .figures = values}}});
  EXPECT_EQ(shorter.find("null"), std::string::npos);
  const auto plain = from_record(shorter);
  ASSERT_TRUE(plain);
  ASSERT_EQ(plain->models[0].figures.size(), figures().size());
  EXPECT_EQ(plain->models[0].figures[figures(false).size() - 1], 7);
  EXPECT_TRUE(std::isnan(plain->models[0].figures[figures(false).size()]));
  for (const char* bad : {"", "[]", "[-1]", "{}", "[1,[9,[]]]", "[1,[0,\"x\"]]", "[1,[1,[2]]]", "[1,[0]]", "[1,2]"})
    EXPECT_FALSE(from_record(bad)) << bad;
}

TEST(ExploreTest, WorkersGiveWhatOneProcessGives) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto models = test::models_of(sweep);
  const auto graphs = test::graphs_of(models);
  const TemporaryFolder folder;
  const Exploration exploration = explore(sweep, models, options_for(folder / "j", 3));
  ASSERT_EQ(exploration.points.size(), sweep.space.size());
  Evaluator evaluator(sweep, graphs);
  for (PointId point = 0; point < sweep.space.size(); ++point)
    EXPECT_TRUE(equal(exploration.points[point], evaluator.evaluate(point)));
  EXPECT_EQ(exploration.progress.resumed, 0U);
}

TEST(ExploreTest, GoesOnFromTheJournal) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto models = test::models_of(sweep);
  const TemporaryFolder folder;
  const Exploration whole = explore(sweep, models, options_for(folder / "whole"));
  const std::string journal = read_text(folder / "whole");
  write_file_atomically(folder / "part", std::string_view(journal).substr(0, journal.size() / 2));
  const Exploration resumed = explore(sweep, models, options_for(folder / "part"));
  EXPECT_GT(resumed.progress.resumed, 0U);
  EXPECT_LT(resumed.progress.resumed, sweep.space.size());
  EXPECT_TRUE(std::ranges::equal(whole.points, resumed.points, equal));
  // Nothing is evaluated twice: as many lines as points, and the header.
  EXPECT_EQ(std::ranges::count(read_text(folder / "part"), '\n'), static_cast<std::ptrdiff_t>(sweep.space.size()) + 1);
  // Other objectives, same results.
  Sweep other = sweep_of(test::kSmallSweep);
  other.objectives = {{.figure = figure_index("flash_bytes"), .maximize = false}};
  EXPECT_EQ(explore(other, models, options_for(folder / "part")).progress.resumed, sweep.space.size());
  // Another program, other results.
  ExploreOptions newer = options_for(folder / "part");
  newer.version = "newer";
  EXPECT_THROW(static_cast<void>(explore(sweep, models, newer)), Error);
}

TEST(AssessmentTest, FrontsAreThoseOfTheDefinition) {
  for (const Front front : {Front::kEachModel, Front::kAllModels}) {
    Sweep sweep = sweep_of(test::kSmallSweep);
    sweep.front = front;
    const TemporaryFolder folder;
    const auto points = explore(sweep, test::models_of(sweep), options_for(folder / "j")).points;
    const auto views = assess(sweep, points);
    ASSERT_EQ(views.size(), front == Front::kEachModel ? 2U : 1U);
    for (std::size_t v = 0; v < views.size(); ++v) {
      const auto legal = [&](const PointResult& point) {
        for (std::size_t m = 0; m < 2; ++m) {
          if (front == Front::kEachModel && m != v) continue;
          if (point.models[m].status != Status::kOk || point.models[m].figures[0] > 100000) return false;
        }
        return true;
      };
      const auto value = [&](const PointResult& point, const char* figure) {
        const std::size_t f = figure_index(figure);
        return front == Front::kEachModel ? point.models[v].figures[f]
                                          : std::max(point.models[0].figures[f], point.models[1].figures[f]);
      };
      std::vector<std::size_t> expected;
      for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_EQ(views[v].feasible[i], legal(points[i]));
        if (!legal(points[i])) continue;
        const bool beaten = std::ranges::any_of(points, [&](const PointResult& other) {
          if (!legal(other)) return false;
          const double c = value(other, "cycles") - value(points[i], "cycles");
          const double p = value(other, "pes") - value(points[i], "pes");
          return c <= 0 && p <= 0 && (c < 0 || p < 0);
        });
        if (!beaten) expected.push_back(i);
      }
      EXPECT_EQ(views[v].front, expected);
      EXPECT_GT(expected.size(), 1U);
    }
  }
}

TEST(AssessmentTest, SaysWhyNothingIsFeasible) {
  Sweep sweep = sweep_of(test::kSmallSweep);
  sweep.constraints[0].at_most = 10;
  const TemporaryFolder folder;
  const auto points = explore(sweep, test::models_of(sweep), options_for(folder / "j")).points;
  EXPECT_TRUE(assess(sweep, points)[0].front.empty());
  EXPECT_THAT(empty_reason(sweep, points, 0), HasSubstr("of these 0 have cycles at most 10"));
}

const char* const kEvolution = R"(
name: evolution
models: [kws_embedded]
base: base_16x16
parameters:
  array.rows: [4, 8, 16, 32]
  array.cols: [4, 8, 16, 32]
  requant_lanes: [4]
  scratchpad.bytes: {from: 16384, to: 131072, factor: 2}
  dma.bus_bits: [32, 64]
  memory.flash.read_latency_cycles: [4, 8]
objectives: [{minimize: cycles}, {minimize: local_bytes}]
constraints: [{figure: pes, at_most: 300}]
search: {method: evolutionary, population: 32, generations: 12, seed: 5}
)";

TEST(EvolutionTest, IsReproducibleAlsoFromAJournal) {
  const Sweep sweep = sweep_of(kEvolution);
  const auto models = test::models_of(sweep);
  const TemporaryFolder folder;
  const Exploration one = explore(sweep, models, options_for(folder / "a", 1));
  const Exploration other = explore(sweep, models, options_for(folder / "b", 3));
  EXPECT_TRUE(std::ranges::equal(one.points, other.points, equal));
  EXPECT_LT(one.points.size(), sweep.space.size());
  const std::string journal = read_text(folder / "a");
  write_file_atomically(folder / "c", std::string_view(journal).substr(0, 2 * journal.size() / 3));
  EXPECT_TRUE(std::ranges::equal(one.points, explore(sweep, models, options_for(folder / "c")).points, equal));
  Sweep seeded = sweep_of(kEvolution);
  seeded.evolution.seed = 6;
  EXPECT_FALSE(std::ranges::equal(one.points, explore(seeded, models, options_for(folder / "d")).points, equal));
}

// On a space that is small enough to know its front. What the search has not found is dominated by little.
TEST(EvolutionTest, FindsTheFront) {
  const Sweep sweep = sweep_of(kEvolution);
  Sweep all = sweep_of(kEvolution);
  all.method = Method::kExhaustive;
  const auto models = test::models_of(sweep);
  const TemporaryFolder folder;
  const auto truth = explore(all, models, options_for(folder / "a")).points;
  const auto found = explore(sweep, models, options_for(folder / "b")).points;
  const auto true_front = assess(all, truth)[0].front;
  const auto front = assess(sweep, found)[0].front;
  std::size_t hit = 0;
  for (const std::size_t i : true_front) {
    hit += std::ranges::any_of(front, [&](std::size_t j) {
      return objective_values(sweep, found[j], 0) == objective_values(all, truth[i], 0);
    });
  }
  EXPECT_GE(hit * 10, true_front.size() * 8) << hit << " of " << true_front.size();
}

TEST(EvolutionTest, TakesASingleObjective) {
  Sweep sweep = sweep_of(kEvolution);
  sweep.objectives.resize(1);
  const TemporaryFolder folder;
  const auto points = explore(sweep, test::models_of(sweep), options_for(folder / "j")).points;
  EXPECT_FALSE(assess(sweep, points)[0].front.empty());
}

TEST(ConfirmTest, SpreadsItsChoiceOverTheFront) {
  Sweep sweep = sweep_of(test::kSmallSweep);
  std::vector<PointResult> points(10);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].point = i;
    points[i].models.assign(2,
                            {.status = Status::kOk, .reason = "", .figures = std::vector<double>(figures().size(), 0)});
    for (ModelResult& model : points[i].models) {
      model.figures[figure_index("cycles")] = 100.0 - static_cast<double>(i);
      model.figures[figure_index("pes")] = static_cast<double>(i);
    }
  }
  const auto views = assess(sweep, points);
  const auto chosen = choose_confirmations(sweep, points, views, 3);
  ASSERT_EQ(chosen.size(), 6U);
  EXPECT_EQ(chosen[0].position, 9U);  // fewest cycles
  EXPECT_EQ(chosen[1].position, 5U);
  EXPECT_EQ(chosen[2].position, 0U);
  EXPECT_EQ(chosen[3].model, 1U);
  EXPECT_EQ(choose_confirmations(sweep, points, views, 100).size(), 20U);
  sweep.front = Front::kAllModels;
  EXPECT_EQ(choose_confirmations(sweep, points, assess(sweep, points), 2).size(), 4U);  // two points, two models
}

// The configuration of a point, as it stands in the result file, is a hardware description.
TEST(ResultFilesTest, HoldConfigurationsThatCanBeRun) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto models = test::models_of(sweep);
  const auto graphs = test::graphs_of(models);
  const TemporaryFolder folder;
  const auto points = explore(sweep, models, options_for(folder / "j")).points;
  Evaluator evaluator(sweep, graphs);
  write_json(folder / "r.json", {sweep, points, assess(sweep, points), {}}, evaluator);
  const std::string text = read_text(folder / "r.json");
  std::size_t compared = 0;
  for (std::size_t at = text.find("\"config\":"); at != std::string::npos; at = text.find("\"config\":", at + 1)) {
    const std::size_t begin = text.find('{', at);
    const std::string config = text.substr(begin, text.find(",\"results\"", begin) - begin);
    const PointId point = compared++;
    if (points[point].models[0].status == Status::kIllegal) continue;
    EXPECT_EQ(parse_hw_config(config, "json").params_package(), evaluator.config(point).params_package());
  }
  EXPECT_EQ(compared, sweep.space.size());
}

}  // namespace
}  // namespace systolite::explore
