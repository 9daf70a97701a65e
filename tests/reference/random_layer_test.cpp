// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/random_layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace systolite::reference {
namespace {

constexpr std::uint64_t kCases = 400;

std::size_t count(const std::vector<int>& shape) {
  std::size_t elements = 1;
  for (const int dimension : shape) elements *= static_cast<std::size_t>(dimension);
  return elements;
}

TEST(RandomLayerTest, SameSeedGivesSameCase) {
  const RandomCase a = random_layer(7);
  const RandomCase b = random_layer(7);
  EXPECT_EQ(a.graph, b.graph);
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_NE(a.description, random_layer(8).description);
  EXPECT_NE(a.description.find("seed=7"), std::string::npos);
}

TEST(RandomLayerTest, ExpectedOutputsHaveTheShapesOfTheGraph) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    for (const RandomCase& each : {random_layer(seed), random_chain(seed)}) {
      const std::vector<Bytes> tensors = each.tensors();
      for (const Op& op : each.graph.ops) {
        const auto out = static_cast<std::size_t>(op.outputs[0]);
        ASSERT_EQ(tensors[out].size(), count(each.graph.tensors[out].shape)) << each.description;
        ASSERT_LE(tensors[out].size(), 16384U) << each.description;
      }
    }
  }
}

TEST(RandomLayerTest, EveryOperatorAndStyleIsDrawn) {
  std::map<std::string, int> types;
  std::set<std::string> styles;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const RandomCase each = random_layer(seed);
    ++types[each.graph.ops[0].type];
    for (const char* style : {"scales=usual", "scales=zero", "scales=small", "scales=large", "bias=full", "bias=no",
                              "SAME", "VALID", "relu6", "relu_n1_to_1", "none", " m2", "d2x"}) {
      if (each.description.find(style) != std::string::npos) styles.insert(style);
    }
  }
  for (const char* type :
       {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "AVERAGE_POOL_2D", "MAX_POOL_2D"}) {
    EXPECT_GE(types[type], 15) << type;
  }
  EXPECT_EQ(styles.size(), 13U);
}

// A comparison with constant outputs would prove nothing.
TEST(RandomLayerTest, MostOutputsVary) {
  int varied = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const RandomCase each = random_layer(seed);
    const Bytes output = each.tensors()[static_cast<std::size_t>(each.graph.outputs[0])];
    const auto [low, high] = std::minmax_element(output.begin(), output.end());
    varied += *high - *low > 20 ? 1 : 0;
  }
  EXPECT_GE(varied, static_cast<int>(kCases) / 2);
}

}  // namespace
}  // namespace systolite::reference
