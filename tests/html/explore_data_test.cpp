// SPDX-License-Identifier: Apache-2.0
// What a page keeps of the results of a sweep.
#include "sim/html/explore_data.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systolite::html {
namespace {

using nlohmann::json;

json row(const std::string& model, int cycles, double rate, bool feasible, bool front,
         const json& confirmed = nullptr) {
  return {{"model", model}, {"status", "ok"},         {"feasible", feasible},
          {"front", front}, {"confirmed", confirmed}, {"figures", {{"cycles", cycles}, {"rate", rate}, {"pes", 64}}}};
}

json point(int number, const std::vector<json>& rows) {
  return {{"point", number},
          {"parameters", {{"array.rows", number}}},
          {"config", {{"name", "p" + std::to_string(number)}}},
          {"results", rows}};
}

json results(const json& fronts, const std::vector<json>& points) {
  return {{"sweep", "s"},
          {"method", "exhaustive"},
          {"space_points", 9},
          {"evaluated_points", points.size()},
          {"models", {"a", "b"}},
          {"figures",
           {{{"name", "cycles"}, {"unit", "cycles"}, {"definition", "time"}},
            {{"name", "rate"}, {"unit", "1"}, {"definition", "speed"}},
            {{"name", "pes"}, {"unit", "1"}, {"definition", "cells"}}}},
          {"parameters", json::array({{{"key", "array.rows"}, {"values", {1, 2, 3}}}})},
          {"constraints", json::array()},
          {"objectives", {{{"figure", "cycles"}, {"goal", "minimize"}}, {{"figure", "rate"}, {"goal", "maximize"}}}},
          {"fronts", fronts},
          {"points", points}};
}

const json kFailed = {{"model", "b"}, {"status", "does_not_fit"}, {"reason", "too small"}};

TEST(ExploreDataTest, EachModelHasItsFrontInOrderOfTheFirstObjective) {
  const json data = json::parse(explore_data(
      results({{"a", {1, 2}}, {"b", {1}}}, {point(1, {row("a", 90, 5, true, true), row("b", 7, 1, true, true, "rtl")}),
                                            point(2, {row("a", 50, 2, true, true, "rtl"), kFailed}),
                                            point(3, {row("a", 95, 1, true, false), row("b", 9, 1, false, false)})})
          .dump()));
  ASSERT_EQ(data["views"].size(), 2U);
  const json& a = data["views"][0];
  EXPECT_EQ(a["name"], "a");
  ASSERT_EQ(a["front"].size(), 2U);
  EXPECT_EQ(a["front"][0]["point"], 2);
  EXPECT_EQ(a["front"][0]["objectives"], (json{50, 2.0}));
  EXPECT_EQ(a["front"][0]["confirmed"], "rtl");
  EXPECT_EQ(a["front"][0]["config"]["name"], "p2");
  EXPECT_EQ(a["front"][0]["models"],
            (json::array({{{"model", "a"}, {"figures", row("a", 50, 2, true, true)["figures"]}}})));
  EXPECT_TRUE(a["front"][1]["confirmed"].is_null());
  EXPECT_EQ(a["others"], (json::array({{3, 95, 1.0}})));
  EXPECT_EQ(a["others_total"], 1);
  const json& b = data["views"][1];
  EXPECT_EQ(b["front"].size(), 1U);
  EXPECT_EQ(b["others_total"], 0);
  EXPECT_EQ(data["objectives"][0]["unit"], "cycles");
  EXPECT_EQ(data["figures"]["pes"]["definition"], "cells");
}

TEST(ExploreDataTest, OfAllModelsTheWorstCounts) {
  const json data = json::parse(
      explore_data(results({{"all", {1}}}, {point(1, {row("a", 90, 5, true, true, "rtl"), row("b", 70, 1, true, true)}),
                                            point(2, {row("a", 50, 2, true, true), kFailed})})
                       .dump()));
  ASSERT_EQ(data["views"].size(), 1U);
  const json& all = data["views"][0];
  ASSERT_EQ(all["front"].size(), 1U);
  EXPECT_EQ(all["front"][0]["objectives"], (json{90, 1.0}));
  EXPECT_TRUE(all["front"][0]["confirmed"].is_null());  // of one model only
  EXPECT_EQ(all["front"][0]["models"].size(), 2U);
}

TEST(ExploreDataTest, OfManyOthersSomeAreKeptEvenly) {
  std::vector<json> points;
  constexpr int kPoints = 5001;
  for (int i = 0; i < kPoints; ++i)
    points.push_back(point(i, {row("a", 100 + i, 1, true, i == 0), row("b", 1, 1, true, false)}));
  const json a = json::parse(explore_data(results({{"a", {0}}, {"b", json::array()}}, points).dump()))["views"][0];
  EXPECT_EQ(a["others_total"], kPoints - 1);
  ASSERT_EQ(a["others"].size(), kMostOthers);
  for (std::size_t i = 1; i < kMostOthers; ++i) {
    const int step = a["others"][i][0].get<int>() - a["others"][i - 1][0].get<int>();
    EXPECT_TRUE(step == 2 || step == 3) << step;
  }
}

}  // namespace
}  // namespace systolite::html
