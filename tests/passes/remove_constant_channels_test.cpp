// SPDX-License-Identifier: Apache-2.0
#include "mapper/passes/remove_constant_channels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <span>
#include <string>

#include "driver/host/cpu_interpreter.h"
#include "mapper/lower/map.h"
#include "mapper/passes/channel_range.h"
#include "tests/functional/program_runner.h"
#include "tests/functional/small_device.h"
#include "tests/passes/prunable_network.h"
#include "tests/reference/random_source.h"

namespace systolite {
namespace {

using reference::Bytes;
using reference::RandomCase;
using reference::RandomSource;
using reference::RoundingMode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Rounding rounding_of(RoundingMode mode) { return mode == RoundingMode::kTwice ? Rounding::kDouble : Rounding::kSingle; }

// A network written down by hand: scale 1 everywhere, so that a sum is an output until it is clamped.
class Net {
 public:
  int activation(std::vector<int> shape, int zero_point = 0) {
    return tensor(DType::kInt8, std::move(shape), {{1.0F}, {zero_point}, 0}, {});
  }
  // `weights`: [filter][kernel row][kernel column][channel].
  int conv(int in, int kernel, bool same, const std::vector<int>& weights, const std::vector<std::int32_t>& bias,
           int zero_point = 0) {
    const std::vector<int> from = shape(in);
    const auto filters = static_cast<int>(bias.size());
    const int pad = same ? kernel / 2 : 0;
    const int w = constant({filters, kernel, kernel, from[3]}, weights, bias.size());
    const int out =
        activation({1, from[1] - kernel + 1 + 2 * pad, from[2] - kernel + 1 + 2 * pad, filters}, zero_point);
    return op("CONV_2D", {in, w, bias_tensor(bias)}, out, Conv2d{.pad = {pad, pad, pad, pad}});
  }
  // 3 x 3, SAME; `weights`: [kernel row][kernel column][channel].
  int depthwise(int in, const std::vector<int>& weights, const std::vector<std::int32_t>& bias) {
    const std::vector<int> from = shape(in);
    const int w = constant({1, 3, 3, from[3]}, weights, 1);
    return op("DEPTHWISE_CONV_2D", {in, w, bias_tensor(bias)}, activation(from), DepthwiseConv2d{.pad = {1, 1, 1, 1}});
  }
  int fully_connected(int in, const std::vector<int>& weights, const std::vector<std::int32_t>& bias,
                      std::size_t scales = 1) {
    const auto outputs = static_cast<int>(bias.size());
    const int w = constant({outputs, static_cast<int>(weights.size()) / outputs}, weights, scales);
    return op("FULLY_CONNECTED", {in, w, bias_tensor(bias)}, activation({1, outputs}), FullyConnected{});
  }
  int add(int a, int b) { return op("ADD", {a, b}, activation(shape(a)), Add{}); }
  int reshape(int in, std::vector<int> to) { return op("RESHAPE", {in}, activation(std::move(to)), Reshape{}); }
  int constant(std::vector<int> shape, const std::vector<int>& values, std::size_t scales = 1) {
    std::vector<std::uint8_t> data;
    for (const int value : values) data.push_back(static_cast<std::uint8_t>(value));
    return tensor(DType::kInt8, std::move(shape),
                  {std::vector<float>(scales, 1.0F), std::vector<std::int64_t>(scales, 0), 0}, std::move(data));
  }

  Graph finish(int in, std::vector<int> outputs) {
    graph.name = "hand";
    graph.inputs = {in};
    graph.outputs = std::move(outputs);
    return graph;
  }
  Graph graph;

 private:
  [[nodiscard]] const std::vector<int>& shape(int index) const {
    return graph.tensors[static_cast<std::size_t>(index)].shape;
  }
  int tensor(DType type, std::vector<int> shape, Quantization quant, std::vector<std::uint8_t> data) {
    graph.tensors.push_back(
        {"t" + std::to_string(graph.tensors.size()), type, std::move(shape), std::move(quant), std::move(data)});
    return static_cast<int>(graph.tensors.size()) - 1;
  }
  int bias_tensor(const std::vector<std::int32_t>& bias) {
    std::vector<std::uint8_t> data(bias.size() * sizeof(std::int32_t));
    std::memcpy(data.data(), bias.data(), data.size());
    return tensor(DType::kInt32, {static_cast<int>(bias.size())}, {}, std::move(data));
  }
  int op(const std::string& type, std::vector<int> inputs, int out, OpParams params) {
    const auto index = static_cast<int>(graph.ops.size());
    graph.ops.push_back({index, type, type, std::move(inputs), {out}, params});
    return out;
  }
};

std::vector<std::int32_t> bias_of(const Graph& graph, std::size_t op) {
  const std::vector<std::uint8_t>& data = graph.tensors[static_cast<std::size_t>(graph.ops[op].inputs[2])].data;
  std::vector<std::int32_t> values(data.size() / sizeof(std::int32_t));
  std::memcpy(values.data(), data.data(), data.size());
  return values;
}

const TensorChannels& channels_of(const ReducedGraph& reduced, int tensor) {
  return reduced.channels[static_cast<std::size_t>(tensor)];
}

struct Checked {
  int kept = 0, constant = 0, unread = 0;  // channels
};

// Every activation of the reduced graph is that of the original without the removed channels, and those have their
// values. `what` has the tensors of the original.
void expect_reduced(const Graph& graph, const ReducedGraph& reduced, const std::vector<Bytes>& original,
                    const std::vector<Bytes>& small, Checked& checked) {
  for (const Op& op : graph.ops) {
    const auto t = static_cast<std::size_t>(op.outputs[0]);
    const TensorChannels& channels = reduced.channels[t];
    const std::size_t width = channels.kept.size() + channels.removed.size();
    ASSERT_EQ(small[t].size() * width, original[t].size() * channels.kept.size()) << "operator " << op.index;
    for (std::size_t pixel = 0; pixel < original[t].size() / width; ++pixel) {
      for (std::size_t i = 0; i < channels.kept.size(); ++i) {
        ASSERT_EQ(small[t][pixel * channels.kept.size() + i],
                  original[t][pixel * width + static_cast<std::size_t>(channels.kept[i])])
            << "operator " << op.index << " " << op.type << ", pixel " << pixel << ", channel " << channels.kept[i];
      }
      for (const RemovedChannel& removed : channels.removed) {
        if (!removed.value) continue;
        ASSERT_EQ(*removed.value, original[t][pixel * width + static_cast<std::size_t>(removed.channel)])
            << "operator " << op.index << " " << op.type << ", pixel " << pixel << ", channel " << removed.channel;
      }
    }
    checked.kept += static_cast<int>(channels.kept.size());
    for (const RemovedChannel& removed : channels.removed) (removed.value ? checked.constant : checked.unread) += 1;
  }
  for (const int output : graph.outputs)
    ASSERT_EQ(small[static_cast<std::size_t>(output)], original[static_cast<std::size_t>(output)]);
}

// Inputs that drive sums to their ends, and random ones.
std::vector<std::vector<Bytes>> inputs_for(const RandomCase& drawn, RandomSource& random) {
  std::vector<std::vector<Bytes>> all{drawn.inputs};
  for (int style = 0; style < 7; ++style) {
    std::vector<Bytes> inputs = drawn.inputs;
    for (Bytes& input : inputs) {
      for (std::int8_t& value : input) {
        value = style == 0   ? std::int8_t{-128}
                : style == 1 ? std::int8_t{127}
                : style < 4  ? static_cast<std::int8_t>(random.one_of({-128, 127}))
                             : random.byte();
      }
    }
    all.push_back(std::move(inputs));
  }
  return all;
}

Checked check_network(const Graph& graph, const std::vector<std::vector<Bytes>>& all_inputs, RoundingMode mode) {
  Checked checked;
  const ReducedGraph reduced = remove_constant_channels(graph, rounding_of(mode));
  const auto ranges = channel_ranges(graph, rounding_of(mode));
  for (const std::vector<Bytes>& inputs : all_inputs) {
    const std::vector<Bytes> original = reference::evaluate(graph, inputs, mode);
    for (const Op& op : graph.ops) {
      const auto t = static_cast<std::size_t>(op.outputs[0]);
      for (std::size_t i = 0; i < original[t].size(); ++i) {
        const ValueRange range = ranges[t][i % ranges[t].size()];
        EXPECT_TRUE(original[t][i] >= range.low && original[t][i] <= range.high) << "operator " << op.index;
      }
    }
    checked = {};
    expect_reduced(graph, reduced, original, reference::evaluate(reduced.graph, inputs, mode), checked);
  }
  const ReducedGraph again = remove_constant_channels(reduced.graph, rounding_of(mode));
  EXPECT_EQ(again.graph, reduced.graph) << "a second time removes more";
  EXPECT_EQ(graph.ops.size(), reduced.graph.ops.size());
  return checked;
}

// The reduced graph on the processor kernels and, mapped, on the functional device.
void expect_same_everywhere(const Graph& reduced, const std::vector<Bytes>& inputs, RoundingMode mode) {
  const std::vector<Bytes> expected = reference::evaluate(reduced, inputs, mode);
  for (const auto& [tensor, values] : run_on_cpu(reduced, inputs, rounding_of(mode)))
    ASSERT_EQ(values, expected[static_cast<std::size_t>(tensor)]) << "kernels, tensor " << tensor;
  const HwConfig hw = systolite::testing::configuration("small_8x8");
  const Program program = map_network(reduced, hw, {.rounding = rounding_of(mode)});
  BusMemory memory(hw);
  Executor executor(hw, memory);
  executor.fill_local(1);
  const auto outputs = systolite::testing::run_program(
      reduced, program, inputs, memory,
      [&](const JobStep& job) {
        executor.run_stream(job.stream_address, static_cast<std::uint32_t>(job.commands.size()) * isa::kCommandBytes);
      },
      mode);
  ASSERT_EQ(outputs[0], expected[static_cast<std::size_t>(reduced.outputs[0])]) << "device";
}

TEST(RemoveConstantChannelsTest, RandomNetworksKeepTheirResults) {
  Checked sum;
  int folded = 0;  // networks with a bias that took something over
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const RandomCase drawn = test::prunable_network(seed);
    SCOPED_TRACE(drawn.description);
    RandomSource random(seed);
    const auto all_inputs = inputs_for(drawn, random);
    for (const RoundingMode mode : {RoundingMode::kTwice, RoundingMode::kOnce}) {
      const Checked checked = check_network(drawn.graph, all_inputs, mode);
      sum.kept += checked.kept;
      sum.constant += checked.constant;
      sum.unread += checked.unread;
      if (seed % 10 == 0) {
        const ReducedGraph reduced = remove_constant_channels(drawn.graph, rounding_of(mode));
        expect_same_everywhere(reduced.graph, drawn.inputs, mode);
      }
    }
    const ReducedGraph reduced = remove_constant_channels(drawn.graph, Rounding::kDouble);
    for (std::size_t i = 0; i < drawn.graph.ops.size(); ++i) {
      const Op& op = drawn.graph.ops[i];
      if (op.inputs.size() < 3 || reduced.graph.ops[i].inputs[2] < 0) continue;
      const std::vector<std::int32_t> before =
          op.inputs[2] < 0 ? std::vector<std::int32_t>(1000) : bias_of(drawn.graph, i);
      const std::vector<int>& kept = channels_of(reduced, op.outputs[0]).kept;
      const std::vector<std::int32_t> after = bias_of(reduced.graph, i);
      for (std::size_t c = 0; c < kept.size(); ++c)
        folded += before[static_cast<std::size_t>(kept[c])] != after[c] ? 1 : 0;
    }
    if (HasFailure()) break;
  }
  RecordProperty("kept", sum.kept);
  RecordProperty("constant", sum.constant);
  RecordProperty("unread", sum.unread);
  RecordProperty("folded", folded);
  EXPECT_GE(sum.kept, 10000);
  EXPECT_GE(sum.constant, 3000);
  EXPECT_GE(sum.unread, 500);
  EXPECT_GE(folded, 300);
}

TEST(RemoveConstantChannelsTest, ADeadFilterMovesIntoTheBiasOfItsConsumer) {
  Net net;
  const int in = net.activation({1, 2, 2, 1}, -5);
  const int hidden = net.conv(in, 1, false, {1, 0, 2}, {0, 40, 0}, 10);  // channel 1 is 40 + 10
  const int out = net.conv(hidden, 1, false, {1, 3, 5}, {7});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, hidden).kept, ElementsAre(0, 2));
  EXPECT_THAT(channels_of(reduced, hidden).removed, ElementsAre(RemovedChannel{1, std::int8_t{50}}));
  EXPECT_THAT(bias_of(reduced.graph, 1), ElementsAre(7 + 3 * 40));
  EXPECT_THAT(reduced.graph.tensors[static_cast<std::size_t>(hidden)].shape, ElementsAre(1, 2, 2, 2));
  EXPECT_EQ(reduced.removed[0].constant_channels, 1);
  EXPECT_EQ(reduced.removed[0].macs, 4);
  EXPECT_EQ(reduced.removed[0].weights, 1);
  EXPECT_EQ(reduced.removed[1].macs, 4);
  EXPECT_EQ(total_removed(reduced).macs, 8);
  EXPECT_EQ(total_removed(reduced).constant_channels, 1);
}

TEST(RemoveConstantChannelsTest, TheFoldedBiasWrapsAsTheSumDoes) {
  constexpr std::int32_t kLargest = std::numeric_limits<std::int32_t>::max();
  Net net;
  const int in = net.activation({1, 1, 1, 1});
  const int hidden = net.conv(in, 1, false, {1, 0}, {0, 100});
  const int out = net.conv(hidden, 1, false, {1, 2}, {kLargest});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(bias_of(reduced.graph, 1), ElementsAre(std::numeric_limits<std::int32_t>::min() + 199));
}

// conv of two filters, the second always `value`; a 3 x 3 convolution over both, the second with `weights`.
ReducedGraph border_network(int value, int zero_point, bool same, const std::vector<int>& weights) {
  Net net;
  const int in = net.activation({1, 4, 4, 1});
  const int hidden = net.conv(in, 1, false, {1, 0}, {0, value - zero_point}, zero_point);
  std::vector<int> kernel;
  for (const int weight : weights) kernel.insert(kernel.end(), {1, weight});
  const int out = net.conv(hidden, 3, same, kernel, {0});
  return remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
}

TEST(RemoveConstantChannelsTest, PaddingKeepsAConstantThatIsNotTheZeroPoint) {
  const std::vector<int> ones(9, 1);
  EXPECT_EQ(total_removed(border_network(20, 3, true, ones)).constant_channels, 0);
  EXPECT_EQ(total_removed(border_network(3, 3, true, ones)).constant_channels, 1);
  EXPECT_EQ(total_removed(border_network(20, 3, false, ones)).constant_channels, 1);
}

TEST(RemoveConstantChannelsTest, PaddingDoesNotMatterWhereOnlyInnerTapsWeigh) {
  const ReducedGraph centre = border_network(20, 3, true, {0, 0, 0, 0, 5, 0, 0, 0, 0});
  EXPECT_EQ(total_removed(centre).constant_channels, 1);
  EXPECT_THAT(bias_of(centre.graph, 1), ElementsAre(5 * 17));
  EXPECT_EQ(total_removed(border_network(20, 3, true, {0, 0, 0, 0, 5, 1, 0, 0, 0})).constant_channels, 0);
  EXPECT_EQ(total_removed(border_network(20, 3, true, std::vector<int>(9, 0))).constant_channels, 1);
}

TEST(RemoveConstantChannelsTest, OneInputValueThatDiffersKeepsTheChannel) {
  const auto removed = [](std::int32_t bias) {
    Net net;
    const int in = net.activation({1, 1, 1, 1});
    const int hidden = net.conv(in, 1, false, {3, 1}, {0, bias});  // the second sum is bias - 128 to bias + 127
    const int out = net.conv(hidden, 1, false, {1, 1}, {0});
    return total_removed(remove_constant_channels(net.finish(in, {out}), Rounding::kDouble)).constant_channels;
  };
  EXPECT_EQ(removed(127 + 128), 1);   // always 127
  EXPECT_EQ(removed(127 + 127), 0);   // 126 for -128
  EXPECT_EQ(removed(-128 - 127), 1);  // always -128
  EXPECT_EQ(removed(-128 - 126), 0);  // -127 for 127
}

std::vector<int> depthwise_ones(int channels, int dead) {
  std::vector<int> weights;
  for (int tap = 0; tap < 9; ++tap) {
    for (int c = 0; c < channels; ++c) weights.push_back(c == dead ? 0 : 1);
  }
  return weights;
}

TEST(RemoveConstantChannelsTest, ADepthwiseChannelGoesTogetherWithItsInput) {
  Net net;
  const int in = net.activation({1, 3, 3, 1});
  const int first = net.conv(in, 1, false, {1, 0, 1}, {0, 0, 0});
  const int middle = net.depthwise(first, depthwise_ones(3, -1), {0, 9, 0});  // the constant is the zero point
  const int out = net.conv(middle, 1, false, {1, 2, 3}, {0});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, first).removed, ElementsAre(RemovedChannel{1, std::int8_t{0}}));
  EXPECT_THAT(channels_of(reduced, middle).removed, ElementsAre(RemovedChannel{1, std::int8_t{9}}));
  EXPECT_THAT(bias_of(reduced.graph, 2), ElementsAre(18));
}

TEST(RemoveConstantChannelsTest, ADeadDepthwiseChannelTakesWhatOnlyItReads) {
  Net net;
  const int in = net.activation({1, 3, 3, 1});
  const int first = net.conv(in, 1, false, {1, 1, 1}, {0, 0, 0});
  const int middle = net.depthwise(first, depthwise_ones(3, 2), {0, 0, 9});
  const int out = net.conv(middle, 1, false, {1, 2, 3}, {0});
  const Graph graph = net.finish(in, {out});
  const ReducedGraph reduced = remove_constant_channels(graph, Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, first).removed, ElementsAre(RemovedChannel{2, std::nullopt}));
  EXPECT_THAT(channels_of(reduced, middle).removed, ElementsAre(RemovedChannel{2, std::int8_t{9}}));

  net.graph.outputs = {out, first};  // now someone else reads it
  EXPECT_THAT(channels_of(remove_constant_channels(net.graph, Rounding::kDouble), middle).removed, IsEmpty());
}

TEST(RemoveConstantChannelsTest, ADepthwiseBorderThatShowsKeepsTheChannel) {
  Net net;
  const int in = net.activation({1, 3, 3, 1});
  const int first = net.conv(in, 1, false, {1, 0}, {0, 4});
  const int middle = net.depthwise(first, depthwise_ones(2, -1), {0, 0});  // 36 inside, 16 in a corner
  const int out = net.conv(middle, 1, false, {1, 2}, {0});
  EXPECT_EQ(total_removed(remove_constant_channels(net.finish(in, {out}), Rounding::kDouble)).constant_channels, 0);

  Net clamped;
  const int in2 = clamped.activation({1, 3, 3, 1});
  const int first2 = clamped.conv(in2, 1, false, {1, 0}, {0, 4});
  const int middle2 = clamped.depthwise(first2, depthwise_ones(2, -1), {0, 111});  // 127 everywhere
  const int out2 = clamped.conv(middle2, 1, false, {1, 2}, {0});
  EXPECT_EQ(total_removed(remove_constant_channels(clamped.finish(in2, {out2}), Rounding::kDouble)).constant_channels,
            2);
}

TEST(RemoveConstantChannelsTest, AddNeedsTheChannelInBothOperands) {
  const auto kept_of = [](std::int32_t weight_of_second) {
    Net net;
    const int in = net.activation({1, 2, 2, 1});
    const int a = net.conv(in, 1, false, {1, 0, 0}, {0, 8, 9});
    const int b = net.conv(in, 1, false, {1, weight_of_second, 0}, {0, 2, 3});
    const int sum = net.add(a, b);
    const int out = net.conv(sum, 1, false, {1, 2, 3}, {0});
    return channels_of(remove_constant_channels(net.finish(in, {out}), Rounding::kDouble), a).kept;
  };
  EXPECT_THAT(kept_of(0), ElementsAre(0));
  EXPECT_THAT(kept_of(1), ElementsAre(0, 1));
}

TEST(RemoveConstantChannelsTest, AddDropsTheChannelOfAConstantOperand) {
  Net net;
  const int in = net.activation({1, 2, 2, 1});
  const int hidden = net.conv(in, 1, false, {1, 0, 1}, {0, 8, 0});
  const int constant = net.constant({1, 1, 1, 3}, {5, 6, 7});
  const int sum = net.add(hidden, constant);
  const int out = net.conv(sum, 1, false, {1, 2, 3}, {0});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, sum).removed, ElementsAre(RemovedChannel{1, std::int8_t{14}}));
  EXPECT_THAT(reduced.graph.tensors[static_cast<std::size_t>(constant)].data, ElementsAre(5, 7));
  EXPECT_THAT(bias_of(reduced.graph, 2), ElementsAre(28));
}

TEST(RemoveConstantChannelsTest, OutputsKeepAllChannels) {
  Net net;
  const int in = net.activation({1, 2, 2, 1});
  const int hidden = net.conv(in, 1, false, {1, 0}, {0, 8});
  const int out = net.conv(hidden, 1, false, {1, 2, 0, 0}, {0, 5});
  const Graph graph = net.finish(in, {out, hidden});
  const ReducedGraph reduced = remove_constant_channels(graph, Rounding::kDouble);
  EXPECT_EQ(reduced.graph, graph);
  EXPECT_EQ(total_removed(reduced).macs, 0);
}

TEST(RemoveConstantChannelsTest, AFlattenedImageLosesItsChannelAtEveryPixel) {
  Net net;
  const int in = net.activation({1, 1, 2, 1});
  const int hidden = net.conv(in, 1, false, {1, 0, 1}, {0, 8, 0});
  const int flat = net.reshape(hidden, {1, 6});
  const int out = net.fully_connected(flat, {1, 2, 3, 4, 5, 6}, {100});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, flat).kept, ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(reduced.graph.tensors[static_cast<std::size_t>(reduced.graph.ops[2].inputs[1])].data,
              ElementsAre(1, 3, 4, 6));
  EXPECT_THAT(bias_of(reduced.graph, 2), ElementsAre(100 + 8 * (2 + 5)));
}

TEST(RemoveConstantChannelsTest, AReshapeThatTakesChannelsApartKeepsThem) {
  Net net;
  const int in = net.activation({1, 2, 1, 1});
  const int hidden = net.conv(in, 1, false, {1, 0, 1}, {0, 8, 0});
  const int pairs = net.reshape(hidden, {1, 3, 1, 2});
  const int out = net.conv(pairs, 1, false, {1, 1}, {0});
  const Graph graph = net.finish(in, {out});
  EXPECT_EQ(remove_constant_channels(graph, Rounding::kDouble).graph, graph);
}

TEST(RemoveConstantChannelsTest, ATensorKeepsOneChannel) {
  Net net;
  const int in = net.activation({1, 2, 2, 1});
  const int hidden = net.conv(in, 1, false, {0, 0}, {3, 8});
  const int out = net.conv(hidden, 1, false, {1, 2}, {0});
  const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, hidden).kept, ElementsAre(0));
}

// With a single scale FULLY_CONNECTED multiplies scales in another precision.
TEST(RemoveConstantChannelsTest, FullyConnectedWithAScalePerOutputKeepsTwo) {
  for (const std::size_t scales : {std::size_t{1}, std::size_t{4}}) {
    Net net;
    const int in = net.activation({1, 1});
    const int hidden = net.fully_connected(in, {1, 0, 0, 0}, {0, 8, 9, 10}, scales);
    const int out = net.fully_connected(hidden, {1, 2, 3, 4}, {0});
    const ReducedGraph reduced = remove_constant_channels(net.finish(in, {out}), Rounding::kDouble);
    EXPECT_EQ(channels_of(reduced, hidden).kept.size(), scales == 1 ? 1U : 2U);
  }
}

TEST(RemoveConstantChannelsTest, SharedConstantsAreCopiedBeforeTheyChange) {
  Net net;
  const int in = net.activation({1, 2, 2, 2});
  const int first = net.conv(in, 1, false, {1, 1, 0, 0}, {0, 6});
  const int out = net.conv(first, 1, false, {1, 1, 0, 0}, {0, 6});
  net.graph.ops[1].inputs[1] = net.graph.ops[0].inputs[1];
  net.graph.ops[1].inputs[2] = net.graph.ops[0].inputs[2];
  const Graph graph = net.finish(in, {out});
  const ReducedGraph reduced = remove_constant_channels(graph, Rounding::kDouble);
  EXPECT_THAT(channels_of(reduced, first).kept, ElementsAre(0));
  EXPECT_NE(reduced.graph.ops[0].inputs[1], reduced.graph.ops[1].inputs[1]);
  const std::vector<std::vector<Bytes>> inputs{{{1, 2, 3, 4, 5, 6, 7, 8}}};
  check_network(graph, inputs, RoundingMode::kTwice);
}

TEST(RemoveConstantChannelsTest, ABiasAppearsWhereThereWasNone) {
  Net net;
  const int in = net.activation({1, 2, 2, 1});
  const int hidden = net.conv(in, 1, false, {1, 0}, {0, 8});
  const int out = net.conv(hidden, 1, false, {1, 2}, {0});
  net.graph.ops[1].inputs[2] = -1;
  const Graph graph = net.finish(in, {out});
  const ReducedGraph reduced = remove_constant_channels(graph, Rounding::kDouble);
  EXPECT_EQ(reduced.graph.ops[1].inputs[2], static_cast<int>(graph.tensors.size()));
  EXPECT_THAT(bias_of(reduced.graph, 1), ElementsAre(16));
}

}  // namespace
}  // namespace systolite
