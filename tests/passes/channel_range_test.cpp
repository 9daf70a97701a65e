// SPDX-License-Identifier: Apache-2.0
// Ranges against what the reference operators give for every possible input.
#include "mapper/passes/channel_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "tests/reference/random_source.h"
#include "tests/reference/reference_graph.h"

namespace systolite {
namespace {

using reference::Bytes;
using reference::RandomSource;
using reference::RoundingMode;

constexpr int kOutputs = 64;

enum class Style { kFine, kExtreme };

// One pixel with one channel through a pointwise convolution of 64 filters. kFine: outputs that move by a few steps or
// not at all over the 256 inputs. kExtreme: biases and scales at the ends of what the format holds.
Graph one_pixel(RandomSource& random, Style style, std::uint64_t seed) {
  Graph graph{.name = "one_pixel", .tensors = {}, .ops = {}, .inputs = {0}, .outputs = {3}};
  const auto zero_point = [&] { return std::int64_t{random.chance(30) ? -128 : random.number(-128, 127)}; };
  graph.tensors.push_back({"in", DType::kInt8, {1, 1, 1, 1}, {{0.5F}, {zero_point()}, 0}, {}});
  Tensor weights{"weights", DType::kInt8, {kOutputs, 1, 1, 1}, {{}, {}, 0}, {}};
  Tensor bias{"bias", DType::kInt32, {kOutputs}, {}, {}};
  for (int o = 0; o < kOutputs; ++o) {
    const bool fine = style == Style::kFine;
    const int weight = fine ? random.number(-3, 3) : random.byte();
    const double scale = fine ? random.power(-14, -5) : random.power(-40, 20);
    const std::int64_t far =
        fine ? random.integer(-30000, 30000)
             : random.one_of({1 << 30, -(1 << 30), 2147483647, -2147483647, 2147480000, -2147480000, 0, 12345});
    // The sum of the last input in the order of sums comes to lie near a step of the output.
    const double step = (random.number(-100, 100) + 0.5) / scale;
    const auto near = static_cast<std::int64_t>(step) + random.integer(-3, 3) -
                      std::int64_t{weight} * ((weight < 0 ? -128 : 127) - graph.tensors[0].quant.zero_points[0]);
    const auto value = static_cast<std::int32_t>(fine && random.chance(50) ? near : far);
    weights.data.push_back(static_cast<std::uint8_t>(weight));
    weights.quant.scales.push_back(static_cast<float>(scale));
    weights.quant.zero_points.push_back(0);
    bias.data.resize(bias.data.size() + sizeof(value));
    std::memcpy(bias.data.data() + bias.data.size() - sizeof(value), &value, sizeof(value));
  }
  graph.tensors.push_back(std::move(weights));
  graph.tensors.push_back(std::move(bias));
  graph.tensors.push_back({"out", DType::kInt8, {1, 1, 1, kOutputs}, {{0.5F}, {zero_point()}, 0}, {}});
  const Conv2d params{.pad = {}, .activation = static_cast<Activation>(seed % 4)};
  graph.ops.push_back({0, "CONV_2D", "out", {0, 1, 2}, {3}, params});
  return graph;
}

struct Seen {
  std::vector<int> low, high;
  std::vector<std::set<int>> values;
  std::vector<int> rarest;  // how often the rarest value came
};

Seen enumerate(const Graph& graph, RoundingMode mode) {
  std::vector<std::vector<int>> values(kOutputs);
  for (int x = -128; x <= 127; ++x) {
    const Bytes out = reference::evaluate(graph, std::vector<Bytes>{{static_cast<std::int8_t>(x)}}, mode)[3];
    for (std::size_t o = 0; o < kOutputs; ++o) values[o].push_back(out[o]);
  }
  Seen seen;
  for (const std::vector<int>& each : values) {
    seen.low.push_back(*std::ranges::min_element(each));
    seen.high.push_back(*std::ranges::max_element(each));
    seen.values.emplace_back(each.begin(), each.end());
    int rarest = 256;
    for (const int value : seen.values.back())
      rarest = std::min(rarest, static_cast<int>(std::ranges::count(each, value)));
    seen.rarest.push_back(rarest);
  }
  return seen;
}

TEST(ChannelRangeTest, EqualsWhatAllInputsGive) {
  int constant = 0;
  int nearly_constant = 0;  // one input of 256 gives another value
  int by_rounding = 0;      // constant in one rounding only
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomSource random(seed);
    const Graph graph = one_pixel(random, Style::kFine, seed);
    const Seen twice = enumerate(graph, RoundingMode::kTwice);
    const Seen once = enumerate(graph, RoundingMode::kOnce);
    const auto ranges_twice = channel_ranges(graph, Rounding::kDouble)[3];
    const auto ranges_once = channel_ranges(graph, Rounding::kSingle)[3];
    for (std::size_t o = 0; o < kOutputs; ++o) {
      ASSERT_EQ(ranges_twice[o], (ValueRange{twice.low[o], twice.high[o]})) << "output " << o;
      ASSERT_EQ(ranges_once[o], (ValueRange{once.low[o], once.high[o]})) << "output " << o;
      constant += ranges_twice[o].is_constant() ? 1 : 0;
      nearly_constant += twice.values[o].size() == 2 && twice.rarest[o] == 1 ? 1 : 0;
      by_rounding += ranges_twice[o].is_constant() != ranges_once[o].is_constant() ? 1 : 0;
    }
  }
  EXPECT_GE(constant, 500);
  EXPECT_GE(nearly_constant, 50);
  EXPECT_GE(by_rounding, 3);
}

// Sums that wrap around int32 for some inputs only are no intervals, so nothing but the activation limits them.
TEST(ChannelRangeTest, HoldsWhereSumsWrap) {
  int constant = 0;
  int claimed = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomSource random(seed);
    const Graph graph = one_pixel(random, Style::kExtreme, seed);
    for (const RoundingMode mode : {RoundingMode::kTwice, RoundingMode::kOnce}) {
      const Seen seen = enumerate(graph, mode);
      const auto ranges =
          channel_ranges(graph, mode == RoundingMode::kTwice ? Rounding::kDouble : Rounding::kSingle)[3];
      for (std::size_t o = 0; o < kOutputs; ++o) {
        ASSERT_LE(ranges[o].low, seen.low[o]) << "output " << o;
        ASSERT_GE(ranges[o].high, seen.high[o]) << "output " << o;
        constant += seen.values[o].size() == 1 ? 1 : 0;
        claimed += ranges[o].is_constant() ? 1 : 0;
      }
    }
  }
  EXPECT_GE(claimed, 500);
  EXPECT_GE(claimed, constant / 2);
}

// One pixel, one filter of the given weight, bias and rescaling factor.
ValueRange range_of(int weight, std::int32_t bias, float factor, Rounding rounding) {
  RandomSource random(1);
  Graph graph = one_pixel(random, Style::kFine, 0);
  graph.tensors[0].quant.zero_points = {-128};
  graph.tensors[1].data.assign(kOutputs, static_cast<std::uint8_t>(weight));
  graph.tensors[1].quant.scales.assign(kOutputs, factor);
  for (std::size_t o = 0; o < kOutputs; ++o)
    std::memcpy(graph.tensors[2].data.data() + o * sizeof(bias), &bias, sizeof(bias));
  graph.tensors[3].quant.zero_points = {5};
  return channel_ranges(graph, rounding)[3][0];
}

TEST(ChannelRangeTest, AFactorOfZeroMakesAConstantOfEverySum) {
  for (const Rounding rounding : {Rounding::kDouble, Rounding::kSingle}) {
    EXPECT_EQ(range_of(127, 2147483647, 1e-12F, rounding), (ValueRange{5, 5}));
    EXPECT_EQ(range_of(-128, -2147483647 - 1, 1e-12F, rounding), (ValueRange{5, 5}));
  }
}

TEST(ChannelRangeTest, ASumThatMayWrapClaimsNothing) {
  for (const Rounding rounding : {Rounding::kDouble, Rounding::kSingle}) {
    EXPECT_EQ(range_of(1, 2147483647 - 255, 0.75F, rounding), (ValueRange{127, 127}));
    EXPECT_EQ(range_of(1, 2147483647 - 254, 0.75F, rounding), (ValueRange{-128, 127}));
  }
}

// Double rounding shifts left before it multiplies, single rounding keeps 64 bits until the end.
TEST(ChannelRangeTest, ARescaledSumThatMayWrapClaimsNothing) {
  constexpr std::int32_t kBias = (1 << 30) - 200;  // sums from just below 2^30 to just above
  EXPECT_EQ(range_of(1, kBias, 1.0F, Rounding::kDouble), (ValueRange{-128, 127}));
  EXPECT_EQ(range_of(1, kBias, 1.0F, Rounding::kSingle), (ValueRange{127, 127}));
  EXPECT_EQ(range_of(1, kBias, 2.0F, Rounding::kSingle), (ValueRange{-128, 127}));
  EXPECT_EQ(range_of(1, kBias, 0.75F, Rounding::kDouble), (ValueRange{127, 127}));
}

}  // namespace
}  // namespace systolite
