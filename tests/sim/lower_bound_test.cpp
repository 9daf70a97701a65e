// SPDX-License-Identifier: Apache-2.0
// Bounds of layers, counted by hand.
#include "sim/report/lower_bound.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sim/small_config.h"

namespace systolite {
namespace {

class LowerBoundTest : public testing::Test {
 protected:
  int tensor(const std::vector<int>& shape, bool constant = false) {
    Tensor t;
    t.name = "t" + std::to_string(graph.tensors.size());
    t.shape = shape;
    graph.tensors.push_back(t);
    if (constant) graph.tensors.back().data.resize(static_cast<std::size_t>(graph.tensors.back().bytes()));
    return static_cast<int>(graph.tensors.size()) - 1;
  }

  int op(const std::string& type, std::vector<int> inputs, const std::vector<int>& shape, OpParams params,
         Where where = Where::kArray) {
    const int out = tensor(shape);
    graph.ops.push_back({.index = static_cast<int>(graph.ops.size()),
                         .type = type,
                         .name = "",
                         .inputs = std::move(inputs),
                         .outputs = {out},
                         .params = std::move(params)});
    program.layers.push_back({where, ""});
    return out;
  }

  LowerBound only(int in, int out) {
    graph.inputs = {in};
    graph.outputs = {out};
    return lower_bounds(graph, program, hw).front();
  }

  HwConfig hw = small_config();  // 8 x 8, 64-bit bus
  Graph graph;
  Program program{};
};

TEST_F(LowerBoundTest, RoundsWeightsAndChannelsUpToTiles) {
  const int in = tensor({1, 5, 6, 3});
  const int weights = tensor({15, 3, 3, 3}, true);  // 27 weights a filter: 4 tiles; 15 filters: 2 tiles
  const LowerBound bound = only(in, op("CONV_2D", {in, weights, -1}, {1, 5, 6, 15}, Conv2d{}));
  EXPECT_EQ(bound.array_cycles, 4 * 2 * 30);
  EXPECT_EQ(bound.read_bytes, 15 * 27 + 90);
  EXPECT_EQ(bound.written_bytes, 450);
  EXPECT_EQ(bound.transfer_cycles, 62);  // 495 bytes
  EXPECT_EQ(bound.cycles(), 240);
}

TEST_F(LowerBoundTest, CountsNeighbouringPixelsAsChannelsWhereThatIsLess) {
  const int in = tensor({1, 4, 8, 1});
  const int weights = tensor({2, 1, 3, 1}, true);
  // One pixel at a time: 1 x 1 x 32. Four at a time: 6 weights, 8 channels, 8 groups of pixels.
  EXPECT_EQ(only(in, op("CONV_2D", {in, weights, -1}, {1, 4, 8, 2}, Conv2d{})).array_cycles, 8);
}

TEST_F(LowerBoundTest, ADepthwiseLayerTakesAPassForEachGroupOfKernelRows) {
  const int in = tensor({1, 10, 10, 12});
  const int weights = tensor({1, 3, 3, 12}, true);
  const int out = op("DEPTHWISE_CONV_2D", {in, weights, -1}, {1, 10, 10, 12}, DepthwiseConv2d{});
  // Two kernel rows of three taps fit eight array rows: two passes, two column tiles.
  EXPECT_EQ(only(in, out).array_cycles, 2 * 2 * 100);
  hw.array.depthwise_unit = false;  // nine tiles on the diagonal
  EXPECT_EQ(only(in, out).array_cycles, 9 * 2 * 100);
}

TEST_F(LowerBoundTest, TensorsThatStayOnTheChipDoNotCount) {
  const int in = tensor({1, 1, 1, 64});
  const int first = tensor({64, 64}, true);
  const int bias = tensor({64}, true);
  graph.tensors[static_cast<std::size_t>(bias)].dtype = DType::kInt32;
  const int a = op("FULLY_CONNECTED", {in, first, bias}, {1, 64}, FullyConnected{});
  const int b = op("RESHAPE", {a}, {64, 1}, Reshape{}, Where::kNone);
  const int c = op("FULLY_CONNECTED", {b, first, -1}, {1, 64}, FullyConnected{});
  const int d = op("ADD", {c, a}, {1, 64}, Add{}, Where::kVector);
  const int e = op("SOFTMAX", {d}, {1, 64}, Softmax{}, Where::kCpu);
  graph.inputs = {in};
  graph.outputs = {e};
  const auto bounds = lower_bounds(graph, program, hw);
  EXPECT_EQ(bounds[0].read_bytes, 64 + 4096 + 256);
  EXPECT_EQ(bounds[0].written_bytes, 0);
  EXPECT_EQ(bounds[1].cycles(), 0);
  EXPECT_EQ(bounds[2].read_bytes, 4096);
  EXPECT_EQ(bounds[3].array_cycles, 0);
  EXPECT_EQ(bounds[3].written_bytes, 64);
  EXPECT_EQ(bounds[3].cycles(), 8);
  EXPECT_EQ(bounds[4].cycles(), 0);
}

TEST_F(LowerBoundTest, WhatTheCpuReadsUnderAnotherNameLeavesTheChip) {
  const int in = tensor({1, 1, 1, 8});
  const int weights = tensor({8, 8}, true);
  const int a = op("FULLY_CONNECTED", {in, weights, -1}, {1, 8}, FullyConnected{});
  const int b = op("RESHAPE", {a}, {8}, Reshape{}, Where::kNone);
  const int c = op("SOFTMAX", {b}, {8}, Softmax{}, Where::kCpu);
  EXPECT_EQ(only(in, c).written_bytes, 8);
}

}  // namespace
}  // namespace systolite
