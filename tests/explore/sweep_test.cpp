// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "sim/core/error.h"
#include "sim/explore/figure_list.h"
#include "tests/explore/sweep_files.h"

namespace systolite::explore {
namespace {

using test::sweep_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string with_parameters(const std::string& parameters,
                            const std::string& rest = "objectives: [{minimize: cycles}]\n") {
  return "name: t\nmodels: [kws, ic]\nbase: base_16x16\nparameters:\n" + parameters + rest;
}

TEST(SweepTest, ExpandsListsRangesAndFactors) {
  const Sweep sweep =
      sweep_of(with_parameters("  array.rows: [4, 7, 64]\n"
                               "  array.cols: {from: 4, to: 11, step: 3}\n"
                               "  scratchpad.bytes: {from: 1024, to: 10000, factor: 2}\n"
                               "  requant_lanes: {same_as: array.cols}\n"
                               "  mapping.search: [false, true]\n"));
  const auto& dimensions = sweep.space.dimensions();
  ASSERT_EQ(dimensions.size(), 4U);
  EXPECT_THAT(dimensions[0].values, ElementsAre("4", "7", "64"));
  EXPECT_THAT(dimensions[1].values, ElementsAre("4", "7", "10"));
  EXPECT_THAT(dimensions[1].followers, ElementsAre("requant_lanes"));
  EXPECT_THAT(dimensions[2].values, ElementsAre("1024", "2048", "4096", "8192"));
  EXPECT_EQ(dimensions[3].key, kSearchCuts);
  EXPECT_EQ(sweep.space.size(), 3U * 3 * 4 * 2);
}

// Every value lies in the range, neighbours are one step or factor apart, and the next one would leave the range.
TEST(SweepTest, RangesHoldWhatTheySay) {
  std::mt19937 random(7);
  const auto draw = [&](unsigned most) { return static_cast<std::int64_t>(random() % most); };
  for (int i = 0; i < 200; ++i) {
    const std::int64_t from = 1 + draw(50);
    const std::int64_t to = from + draw(2000);
    const bool multiply = draw(2) == 0;
    const std::int64_t by = multiply ? 2 + draw(4) : 1 + draw(100);
    const Sweep sweep =
        sweep_of(with_parameters("  param_channels: {from: " + std::to_string(from) + ", to: " + std::to_string(to) +
                                 (multiply ? ", factor: " : ", step: ") + std::to_string(by) + "}\n"));
    const auto& values = sweep.space.dimensions()[0].values;
    const auto after = [&](std::int64_t value) { return multiply ? value * by : value + by; };
    EXPECT_EQ(std::stoll(values.front()), from);
    EXPECT_LE(std::stoll(values.back()), to);
    EXPECT_GT(after(std::stoll(values.back())), to);
    for (std::size_t v = 1; v < values.size(); ++v) EXPECT_EQ(std::stoll(values[v]), after(std::stoll(values[v - 1])));
  }
}

TEST(SweepTest, NumbersEveryCombinationOnce) {
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    std::vector<Dimension> dimensions;
    PointId size = 1;
    for (int d = 0; d < 4; ++d) {
      Dimension dimension{"k" + std::to_string(d), {}, {}};
      const auto values = 1 + random() % 5;
      for (PointId v = 0; v < values; ++v) dimension.values.push_back(std::to_string(v));
      dimensions.push_back(dimension);
      size *= values;
    }
    const DesignSpace space(dimensions);
    ASSERT_EQ(space.size(), size);
    std::set<std::vector<std::size_t>> seen;
    for (PointId point = 0; point < size; ++point) {
      const auto choices = space.choices(point);
      EXPECT_EQ(space.point(choices), point);
      for (std::size_t d = 0; d < choices.size(); ++d) EXPECT_LT(choices[d], dimensions[d].values.size());
      EXPECT_TRUE(seen.insert(choices).second);
    }
  }
}

TEST(SweepTest, ChoosesTheMethodByTheSizeOfTheSpace) {
  const std::string wide =
      "  param_channels: {from: 1, to: 1001, step: 1}\n  queue_depth: {from: 1, to: 1001, step: 1}\n";
  EXPECT_EQ(sweep_of(with_parameters(wide, "objectives: [{minimize: cycles}]\nfront: all_models\n")).method,
            Method::kEvolutionary);
  EXPECT_EQ(sweep_of(with_parameters("  queue_depth: [1, 2]\n")).method, Method::kExhaustive);
  EXPECT_EQ(sweep_of(with_parameters(wide, "objectives: [{minimize: cycles}]\nsearch: {method: exhaustive}\n")).method,
            Method::kExhaustive);
}

TEST(SweepTest, AcceptsConstraintsOfDifferentModels) {
  const Sweep sweep = sweep_of(with_parameters("  queue_depth: [1]\n",
                                               "objectives: [{maximize: utilization}]\nconstraints: [{figure: cycles, "
                                               "at_most: 5, model: kws}, {figure: cycles, at_least: 6, model: ic}]\n"));
  ASSERT_EQ(sweep.constraints.size(), 2U);
  EXPECT_EQ(sweep.constraints[0].model, 0U);
  EXPECT_EQ(sweep.constraints[1].model, 1U);
  EXPECT_TRUE(sweep.objectives[0].maximize);
}

struct BadSweep {
  const char* name;
  std::string yaml;
  const char* complaint;
};

class BadSweepTest : public ::testing::TestWithParam<BadSweep> {};

TEST_P(BadSweepTest, IsRefusedWithASentence) {
  try {
    static_cast<void>(sweep_of(GetParam().yaml));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint));
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
  }
}

const std::string kRows = "  array.rows: [4]\n";

INSTANTIATE_TEST_SUITE_P(
    Files, BadSweepTest,
    ::testing::Values(
        BadSweep{"NotYaml", "name: [", "sweep.yaml"}, BadSweep{"Empty", "", "sweep.yaml:1"},
        BadSweep{"UnknownKey", with_parameters(kRows) + "speed: 3\n", "'speed' is unknown"},
        BadSweep{"NoModels", "name: t\nbase: base_16x16\nparameters: {array.rows: [4]}\n", "'models' is missing"},
        BadSweep{"ModelTwice", "name: t\nmodels: [kws, kws]\nbase: base_16x16\n", "lists kws twice"},
        BadSweep{"BadName", "name: a/b\nmodels: [kws]\n", "'name' is a/b"},
        BadSweep{"NoParameters", with_parameters("", ""), "'parameters' is empty"},
        BadSweep{"UnknownParameter", with_parameters("  array.depth: [4]\n"), "'parameters.array.depth' is unknown"},
        BadSweep{"NoValues", with_parameters("  array.rows: []\n"), "'parameters.array.rows' is a list"},
        BadSweep{"NestedList", with_parameters("  array.rows: [[4]]\n"), "lists a list"},
        BadSweep{"ValueTwice", with_parameters("  array.rows: [4, 8, 4]\n"), "lists 4 twice"},
        BadSweep{"Scalar", with_parameters("  array.rows: 4\n"), "must be a list of values, a range"},
        BadSweep{"StepAndFactor", with_parameters("  array.rows: {from: 4, to: 8, step: 1, factor: 2}\n"),
                 "must be a list of values, a range"},
        BadSweep{"Backwards", with_parameters("  array.rows: {from: 8, to: 4, step: 1}\n"),
                 "'parameters.array.rows.to' is 4"},
        BadSweep{"FactorOne", with_parameters("  array.rows: {from: 8, to: 40, factor: 1}\n"), "factor' is 1"},
        BadSweep{"TooManyValues", with_parameters("  array.rows: {from: 0, to: 400000, step: 1}\n"),
                 "at most 100000 values"},
        BadSweep{"SameAsNothing", with_parameters(kRows + "  array.cols: {same_as: dma.bus_bits}\n"), "same_as"},
        BadSweep{"MappingNotFlag", with_parameters("  mapping.search: [maybe]\n"), "a list of true and false"},
        BadSweep{"NoObjectives", with_parameters(kRows, ""), "'objectives' is missing"},
        BadSweep{"UnknownFigure", with_parameters(kRows, "objectives: [{minimize: speed}]\n"),
                 "one of the figures cycles"},
        BadSweep{"TwoGoals", with_parameters(kRows, "objectives: [{minimize: cycles, maximize: pes}]\n"),
                 "'objectives'"},
        BadSweep{"ObjectiveTwice", with_parameters(kRows, "objectives: [{minimize: cycles}, {maximize: cycles}]\n"),
                 "no objective yet"},
        BadSweep{"NoBound", with_parameters(kRows) + "constraints: [{figure: cycles}]\n", "at_most"},
        BadSweep{"Contradiction",
                 with_parameters(kRows) +
                     "constraints: [{figure: cycles, at_most: 10}, {figure: cycles, at_least: 11, model: ic}]\n",
                 "no cycles is at least 11 and at most 10"},
        BadSweep{"UnknownModel", with_parameters(kRows) + "constraints: [{figure: cycles, at_most: 10, model: ad}]\n",
                 "one of the models of the sweep"},
        BadSweep{
            "FigureWithoutScenario", with_parameters(kRows, "objectives: [{maximize: battery_life_days}]\n"),
            "'objectives[0].maximize' is battery_life_days: must be a figure that needs no product, unless the sweep "
            "names a 'scenario'"},
        BadSweep{"UnknownFigureOfAProduct",
                 with_parameters(kRows, "objectives: [{maximize: life}]\n") + "scenario: wake_word\n", "duty_cycle"},
        BadSweep{"UnknownScenario", with_parameters(kRows) + "scenario: nowhere\n", "nowhere"},
        BadSweep{"UnknownMcu", with_parameters(kRows) + "scenario: wake_word\nmcu: z80\n", "z80"},
        BadSweep{"UnknownBattery", with_parameters(kRows) + "scenario: wake_word\nbattery: lemon\n", "lemon"},
        BadSweep{"UnknownStandby", with_parameters(kRows) + "scenario: wake_word\nstandby: never\n", "never"},
        BadSweep{"McuWithoutScenario", with_parameters(kRows) + "mcu: stm32u575\n",
                 "'mcu' is stm32u575: must be left out, unless there is a 'scenario'"},
        BadSweep{"BatteryWithoutScenario", with_parameters(kRows) + "battery: cr2032\n",
                 "'battery' is cr2032: must be left out, unless there is a 'scenario'"},
        BadSweep{"ContradictoryLife",
                 with_parameters(kRows) + "scenario: wake_word\nconstraints: [{figure: battery_life_days, at_least: 9, "
                                          "at_most: 8}]\n",
                 "no battery_life_days is at least 9 and at most 8"},
        BadSweep{"BadFront", with_parameters(kRows) + "front: some\n", "each_model or all_models"},
        BadSweep{"BadMethod", with_parameters(kRows) + "search: {method: luck}\n", "exhaustive or evolutionary"},
        BadSweep{"BadPopulation", with_parameters(kRows) + "search: {population: 10}\n", "a multiple of 4"},
        BadSweep{"SeveralFronts", with_parameters(kRows) + "search: {method: evolutionary}\n",
                 "all_models for an evolutionary"}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace systolite::explore
