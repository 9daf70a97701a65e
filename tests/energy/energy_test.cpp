// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/energy.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace systolite::energy {
namespace {

// Costs are multiples of 1/1024 pJ and counts are small enough that no sum or product is rounded.
class ExactDraw {
 public:
  explicit ExactDraw(unsigned seed) : random_(seed) {}

  EventCosts costs() {
    EventCosts costs;
    for (Figure& cost : costs) {
      const int low = number(0, 1000);
      const int value = low + number(0, 1000);
      cost = {.value = value / 1024.0, .low = low / 1024.0, .high = (value + number(0, 1000)) / 1024.0};
    }
    return costs;
  }
  Activity activity() {
    Activity activity;
    for (std::uint64_t& count : activity.counts) count = static_cast<std::uint64_t>(number(0, 1) * number(0, 1 << 24));
    return activity;
  }

 private:
  int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  std::mt19937 random_;
};

TEST(EnergyTest, EnergyIsTheSumOfEventsTimesCosts) {
  ExactDraw draw(3);
  for (int i = 0; i < 500; ++i) {
    const EventCosts costs = draw.costs();
    const Activity activity = draw.activity();
    const EnergySplit split = EnergyModel(costs).split(activity);
    Figure total;
    std::array<Figure, kComponents> components{};
    for (std::size_t e = 0; e < kEvents; ++e) {
      const auto count = static_cast<double>(activity.counts[e]);
      const Figure product{costs[e].value * count, costs[e].low * count, costs[e].high * count};
      total += product;
      components[static_cast<std::size_t>(component_of(static_cast<Event>(e)))] += product;
    }
    ASSERT_EQ(split.total(), total);
    ASSERT_EQ(split.pj, components);
    ASSERT_LE(total.low, total.value);
    ASSERT_LE(total.value, total.high);
  }
}

TEST(EnergyTest, EnergyOfASumOfActivitiesIsTheSumOfTheirEnergies) {
  ExactDraw draw(4);
  for (int i = 0; i < 500; ++i) {
    const EnergyModel model(draw.costs());
    Activity sum;
    Figure energy;
    for (int layer = 0; layer < 7; ++layer) {
      const Activity activity = draw.activity();
      sum += activity;
      energy += model.split(activity).total();
    }
    ASSERT_EQ(model.split(sum).total(), energy);
  }
}

TEST(EnergyTest, EveryEventHasANameOfItsOwnAndAComponent) {
  std::set<std::string> names;
  std::set<Component> components;
  for (std::size_t i = 0; i < kEvents; ++i) {
    names.insert(name(static_cast<Event>(i)));
    components.insert(component_of(static_cast<Event>(i)));
  }
  EXPECT_EQ(names.size(), kEvents);
  EXPECT_EQ(components.size(), kComponents);
}

}  // namespace
}  // namespace systolite::energy
