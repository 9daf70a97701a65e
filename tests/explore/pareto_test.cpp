// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/pareto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace systolite::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Straight from the definition.
std::vector<std::size_t> brute_force(const std::vector<std::vector<double>>& points) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    bool dominated = false;
    for (const auto& other : points) {
      bool nowhere_larger = true;
      bool somewhere_smaller = false;
      for (std::size_t k = 0; k < other.size(); ++k) {
        nowhere_larger = nowhere_larger && other[k] <= points[i][k];
        somewhere_smaller = somewhere_smaller || other[k] < points[i][k];
      }
      dominated = dominated || (nowhere_larger && somewhere_smaller);
    }
    if (!dominated) front.push_back(i);
  }
  return front;
}

TEST(ParetoTest, EqualsTheDefinition) {
  std::mt19937 random(11);
  std::size_t longest = 0;
  for (int round = 0; round < 300; ++round) {
    const std::size_t objectives = 1 + random() % 4;
    const auto values = 2 + random() % 30;  // few: many equal points
    std::vector<std::vector<double>> points(random() % 120);
    for (auto& point : points) {
      for (std::size_t k = 0; k < objectives; ++k) point.push_back(static_cast<double>(random() % values) - 7);
    }
    const auto front = pareto_front(points);
    EXPECT_EQ(front, brute_force(points));
    longest = std::max(longest, front.size());
  }
  EXPECT_GT(longest, 20U);  // fronts of some size were compared
}

TEST(ParetoTest, KeepsAllOfTheEqualPoints) {
  EXPECT_THAT(pareto_front({{2, 2}, {1, 3}, {1, 3}, {1, 4}, {3, 1}}), ElementsAre(0, 1, 2, 4));
}

TEST(ParetoTest, IsEmptyWithoutPoints) { EXPECT_THAT(pareto_front({}), IsEmpty()); }

}  // namespace
}  // namespace systolite::explore
