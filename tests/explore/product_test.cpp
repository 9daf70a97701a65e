// SPDX-License-Identifier: Apache-2.0
// Figures of a product in a sweep: those of `systolite battery`, which runs the firmware on the very configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/battery/battery_report.h"
#include "sim/cli/accelerator_energy.h"
#include "sim/core/error.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/profile.h"
#include "sim/explore/assessment.h"
#include "sim/explore/figure_list.h"
#include "sim/session/inputs.h"
#include "tests/explore/sweep_files.h"

namespace systolite::explore {
namespace {

using test::sweep_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const kListening = R"(
name: listening
models: [kws_embedded, sww_embedded]
base: base_16x16
scenario: keyword_spotting
parameters:
  array.rows: [4, 16]
  array.cols: [8, 16]
  requant_lanes: [8]
  scratchpad.bytes: [4096, 32768]
  clock_mhz: [50, 200]
  memory.flash.read_latency_cycles: [4, 30]
objectives: [{maximize: battery_life_days}, {minimize: area_mm2}]
constraints: [{figure: deadline_margin_ms, at_least: 97}]
)";

double figure(const ModelResult& result, const char* name) { return result.figures[figure_index(name)]; }

void expect_figure(const Figure& expected, const ModelResult& result, const std::string& name) {
  EXPECT_NEAR(figure(result, name.c_str()), expected.value, 1e-9 * expected.value);
  EXPECT_NEAR(figure(result, (name + "_low").c_str()), expected.low, 1e-9 * expected.low);
  EXPECT_NEAR(figure(result, (name + "_high").c_str()), expected.high, 1e-9 * expected.high);
}

TEST(ProductTest, FiguresAreThoseOfFirmwareOnTheVeryConfiguration) {
  const Sweep sweep = sweep_of(kListening);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  struct Case {
    ModelResult result;
    std::size_t model;
    HwConfig config;
    std::unique_ptr<Session> session;
  };
  std::deque<Case> cases;
  for (const PointId point : {2U, 7U, 15U, 22U, 27U, 31U}) {
    PointResult result = evaluator.evaluate(point);
    for (std::size_t model = 0; model < graphs.size(); ++model) {
      if (result.models[model].status == Status::kOk)
        cases.push_back({result.models[model], model, evaluator.config(point), nullptr});
    }
  }
  ASSERT_GT(cases.size(), 6U);
  const Product& product = *sweep.product;
  SessionOptions options;
  options.backend = Backend::kFast;
  options.firmware = FirmwareOptions{.core = cpu::load_core_config(product.core),
                                     .profile = cpu::load_profile(product.profile),
                                     .wait = FirmwareWait::kInterrupt};
  // All are made before the first one runs.
  for (Case& each : cases) each.session = std::make_unique<Session>(graphs[each.model], each.config, options);
  const EnergyCosts costs{.table = energy::load_energy_table(sweep.energy),
                          .library = AreaTable::load(sweep.library),
                          .cpu = {},
                          .cpu_missing = ""};
  for (Case& each : cases) {
    Session& session = *each.session;
    const RunResult run = session.run(random_inputs(graphs[each.model], kDefaultSeed).tensors);
    const Report report = session.report(run, "");
    const cli::AcceleratorInference inference =
        cli::accelerator_inference(session.program(), each.config, run, report, product.mcu, costs);
    const battery::BatteryRow row =
        battery_row("", "",
                    {.mcu = product.mcu,
                     .inference = inference.cost,
                     .standby = battery::standby_states(product.standby, inference.leakage)},
                    product.scenario, product.cell, nullptr);
    EXPECT_EQ(figure(each.result, "cycles"), static_cast<double>(report.cycles));
    expect_figure(row.life->days, each.result, "battery_life_days");
    expect_figure(row.power->total_uw, each.result, "average_power_uw");
    EXPECT_NEAR(figure(each.result, "peak_current_ma"), row.life->peak_ma.value, 1e-9);
    EXPECT_NEAR(figure(each.result, "duty_cycle"), row.power->duty_cycle, 1e-9);
    EXPECT_NEAR(figure(each.result, "response_ms"), row.power->response_ms.value, 1e-9);
    EXPECT_NEAR(figure(each.result, "deadline_margin_ms"), row.power->margin_ms.value, 1e-9);
    EXPECT_NEAR(figure(each.result, "inference_ms"), inference.cost.seconds * 1e3, 1e-9);
    EXPECT_NEAR(figure(each.result, "inference_uj"),
                inference.cost.processor_uj.value + inference.cost.accelerator_uj.value, 1e-9);
  }
}

TEST(ProductTest, FiguresOfAProductAreConstraintsAndObjectives) {
  const Sweep sweep = sweep_of(kListening);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  std::vector<PointResult> points;
  for (PointId point = 0; point < sweep.space.size(); ++point) points.push_back(evaluator.evaluate(point));
  const View view = assess(sweep, points)[0];
  std::size_t feasible = 0;
  double best = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const ModelResult& result = points[i].models[0];
    const bool expected = result.status == Status::kOk && figure(result, "deadline_margin_ms") >= 97;
    EXPECT_EQ(view.feasible[i], expected);
    if (!expected) continue;
    ++feasible;
    best = std::max(best, figure(result, "battery_life_days"));
  }
  EXPECT_GT(feasible, 0U);
  EXPECT_LT(feasible, points.size());
  double front = 0;
  for (const std::size_t i : view.front) front = std::max(front, figure(points[i].models[0], "battery_life_days"));
  EXPECT_EQ(front, best);
}

TEST(ProductTest, APointThatIsTooSlowForTheScenarioSaysSo) {
  const Sweep sweep = sweep_of(
      "name: slow\nmodels: [sww_embedded]\nbase: base_16x16\nscenario: wake_word\n"
      "parameters: {clock_mhz: [1, 100], array.rows: [4], array.cols: [4], requant_lanes: [4]}\n"
      "objectives: [{minimize: average_power_uw}]\n");
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  const PointResult slow = evaluator.evaluate(0);
  EXPECT_EQ(slow.models[0].status, Status::kTooSlow);
  EXPECT_THAT(slow.models[0].reason, HasSubstr("of each sensing period of 32 ms on stm32u575"));
  EXPECT_THAT(slow.models[0].figures, IsEmpty());
  EXPECT_EQ(evaluator.evaluate(1).models[0].status, Status::kOk);
  EXPECT_THAT(empty_reason(sweep, {slow}, 0), HasSubstr("0 are legal, large enough and quick enough"));
}

TEST(ProductTest, WithoutAScenarioThereAreNoFiguresOfAProduct) {
  const Sweep sweep = sweep_of(test::kSmallSweep);
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  const ModelResult result = evaluator.evaluate(sweep.space.size() - 1).models[0];
  ASSERT_EQ(result.status, Status::kOk);
  ASSERT_EQ(result.figures.size(), figures().size());
  for (std::size_t i = 0; i < figures().size(); ++i)
    EXPECT_EQ(std::isnan(result.figures[i]), i >= sweep.figures().size());
}

TEST(ProductTest, ABaseThatTheModelDoesNotFitIsRefused) {
  const Sweep sweep = sweep_of(
      "name: b\nmodels: [vww_embedded]\nbase: tiny_4x4\nscenario: person_detection\n"
      "parameters: {scratchpad.bytes: [131072]}\nobjectives: [{maximize: battery_life_days}]\n");
  const auto graphs = test::graphs_of(test::models_of(sweep));
  Evaluator evaluator(sweep, graphs);
  try {
    evaluator.prepare();
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("sweep.yaml: key 'base' is tiny_4x4: must be a description that the model "
                                        "vww_embedded fits"));
  }
}

}  // namespace
}  // namespace systolite::explore
