// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/layout.h"

#include <gtest/gtest.h>

#include <variant>

#include "mapper/lower/map.h"
#include "mapper/lower/transfers.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using test::config;
using test::GraphBuilder;

const std::vector<int>& shape_of(const Layout& layout, int tensor) {
  return layout.graph.tensors[static_cast<std::size_t>(tensor)].shape;
}

const std::optional<ColumnLayout>& columns_of(const Layout& layout, int tensor) {
  return layout.columns[static_cast<std::size_t>(tensor)];
}

// 25 x 5 pixels: a depthwise row costs width + 2 positions, so 5 rows of 25 are cheaper than 25 rows of 5.
struct NarrowNetwork {
  GraphBuilder b;
  int in = b.activation({1, 25, 5, 64});
  int depthwise = b.depthwise(in, 3);
  int pointwise = b.conv(depthwise, 64, 1);
  int deep = b.depthwise(pointwise, 3);
  int pooled = b.pool(deep, 1, 1, {}, 25, 5);
};

TEST(LayoutTest, NarrowImagesOfDepthwiseLayersAreSwapped) {
  NarrowNetwork n;
  auto& pool = std::get<Pool2d>(n.b.graph.ops[3].params);
  pool.filter_h = 25;
  pool.filter_w = 5;
  pool.stride_h = 3;
  n.b.graph.tensors[static_cast<std::size_t>(n.pooled)].shape = {1, 1, 1, 64};
  const int flat = n.b.reshape(n.pooled, {1, 64});
  const Layout layout = choose_layout(n.b.finish(n.in, n.b.fully_connected(flat, 12)), config());
  for (const int tensor : {n.in, n.depthwise, n.pointwise, n.deep}) {
    EXPECT_EQ(shape_of(layout, tensor), (std::vector<int>{1, 5, 25, 64}));
    ASSERT_TRUE(columns_of(layout, tensor));
    EXPECT_EQ(columns_of(layout, tensor)->rows, 25);
    EXPECT_EQ(columns_of(layout, tensor)->step_bytes, 64);
    EXPECT_EQ(columns_of(layout, tensor)->memory_row_bytes, 5 * 64);
  }
  EXPECT_FALSE(columns_of(layout, n.pooled));  // one pixel has one order
  const auto& swapped = std::get<Pool2d>(layout.graph.ops[3].params);
  EXPECT_EQ(swapped.filter_h, 5);
  EXPECT_EQ(swapped.filter_w, 25);
  EXPECT_EQ(swapped.stride_w, 3);
  // The kernel of the network is left alone; the swapped one is a tensor of its own.
  const Op& op = layout.graph.ops[0];
  ASSERT_NE(op.inputs[1], n.b.graph.ops[0].inputs[1]);
  const auto& kernel = n.b.graph.tensors[static_cast<std::size_t>(n.b.graph.ops[0].inputs[1])].data;
  const auto& turned = layout.graph.tensors[static_cast<std::size_t>(op.inputs[1])].data;
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 3; ++x) {
      for (std::size_t c = 0; c < 64; ++c) EXPECT_EQ(turned[(x * 3 + y) * 64 + c], kernel[(y * 3 + x) * 64 + c]);
    }
  }
}

TEST(LayoutTest, AChainThatIsFlattenedKeepsItsOrder) {
  NarrowNetwork n;
  const int flat = n.b.reshape(n.deep, {1, 25 * 5 * 64});
  const Layout layout = choose_layout(n.b.finish(n.in, flat), config());
  for (const auto& columns : layout.columns) EXPECT_FALSE(columns);
}

TEST(LayoutTest, WideImagesKeepTheirOrder) {
  GraphBuilder b;
  const int in = b.activation({1, 5, 25, 64});
  const Layout layout = choose_layout(b.finish(in, b.depthwise(in, 3)), config());
  EXPECT_EQ(shape_of(layout, in), (std::vector<int>{1, 5, 25, 64}));
  EXPECT_FALSE(columns_of(layout, in));
}

TEST(LayoutTest, AnInputOfOneChannelIsGatheredUnderTheKernelRow) {
  GraphBuilder b;
  const int in = b.activation({1, 49, 10, 1});
  const int out = b.conv(in, 64, 3, 2);
  const Graph graph = b.finish(in, out);
  const Layout layout = choose_layout(graph, config());
  EXPECT_EQ(shape_of(layout, in), (std::vector<int>{1, 5, 49, 3}));
  EXPECT_EQ(shape_of(layout, out), (std::vector<int>{1, 5, 25, 64}));
  const auto& columns = columns_of(layout, in);
  ASSERT_TRUE(columns);
  EXPECT_EQ(columns->rows, 49);
  EXPECT_EQ(columns->pixel_bytes, 3);
  EXPECT_EQ(columns->step_bytes, 2);
  EXPECT_EQ(columns->pad_bytes, 1);
  EXPECT_EQ(columns->memory_row_bytes, 10);
  const auto& conv = std::get<Conv2d>(layout.graph.ops[0].params);
  EXPECT_EQ(conv.stride_h, 1);
  EXPECT_EQ(conv.stride_w, 2);
  EXPECT_EQ(conv.pad.top, 0);
  EXPECT_EQ(conv.pad.left, 1);
  const Tensor& kernel = layout.graph.tensors[static_cast<std::size_t>(layout.graph.ops[0].inputs[1])];
  EXPECT_EQ(kernel.shape, (std::vector<int>{64, 1, 3, 3}));
  EXPECT_EQ(kernel.data, graph.tensors[static_cast<std::size_t>(graph.ops[0].inputs[1])].data);
  // In memory the tensor has the bytes it always had.
  const Program program = map_network(graph, config());
  EXPECT_EQ(program.places.front().bytes, 490U);
}

TEST(TransferTest, CutColumnsAreFilledWithZeroPointsFirst) {
  const HwConfig hw = config();
  const View view{.base = 256, .pitch = 147, .interleave = 0, .height = 5, .row_bytes = 147};
  const ColumnLayout columns{.rows = 49, .pixel_bytes = 3, .step_bytes = 2, .pad_bytes = 1, .memory_row_bytes = 10};
  ASSERT_TRUE(needs_zero_points(view, columns));
  const auto plan = load_columns(view, columns, 0x1000, 0x8000, hw);
  ASSERT_EQ(plan.size(), 11U);  // the fill of column 0; strides and load of each column
  const auto& fill = std::get<isa::Ld>(plan[0].command);
  EXPECT_EQ(fill.mem_addr, 0x8000);
  EXPECT_EQ(fill.dst, 256);
  EXPECT_EQ(fill.row_bytes, 147);
  for (std::size_t column = 0; column < 5; ++column) {  // strides with every load: loads of weights may come in between
    const auto& cfg = std::get<isa::LdCfg>(plan[1 + 2 * column].command);
    EXPECT_EQ(cfg.mem_stride, 10);
    EXPECT_EQ(cfg.pitch, 3);
  }
  const auto& first = std::get<isa::Ld>(plan[2].command);  // image bytes 0 and 1, behind one zero point
  EXPECT_EQ(first.mem_addr, 0x1000);
  EXPECT_EQ(first.dst, 257);
  EXPECT_EQ(first.row_bytes, 2);
  EXPECT_EQ(first.rows, 49);
  const auto& last = std::get<isa::Ld>(plan[10].command);  // bytes 7 to 9
  EXPECT_EQ(last.mem_addr, 0x1007);
  EXPECT_EQ(last.dst, 256 + 4 * 147);
  EXPECT_EQ(last.row_bytes, 3);
}

}  // namespace
}  // namespace systolite
