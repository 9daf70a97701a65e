// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/plan.h"

#include <gtest/gtest.h>

#include "mapper/lower/pack.h"
#include "tests/mapper/graph_builder.h"
#include "tests/mapper/loaded_slots.h"

namespace systolite {
namespace {

using test::config;
using test::GraphBuilder;

TEST(ExactReciprocalTest, EqualsDivisionForEveryNumeratorOfAnAveragePool) {
  for (std::uint32_t divisor = 1; divisor <= 400; ++divisor) {
    const std::uint32_t max = 128 * divisor + divisor / 2;
    const auto r = exact_reciprocal(divisor, max);
    ASSERT_TRUE(r) << divisor;
    for (std::uint32_t n = 0; n <= max; ++n) {
      ASSERT_EQ((static_cast<std::uint64_t>(n) * r->mult) >> r->shift, n / divisor) << n << " / " << divisor;
    }
  }
}

TEST(ExactReciprocalTest, CoversTheLargestWindow) {
  for (std::uint32_t divisor : {65535U, 65534U, 65521U, 40000U, 32768U}) {
    const std::uint32_t max = 128 * divisor + divisor / 2;
    const auto r = exact_reciprocal(divisor, max);
    ASSERT_TRUE(r) << divisor;
    for (std::uint32_t q = 0; q <= 128; ++q) {  // both sides of every step of the quotient
      for (std::uint32_t n : {q * divisor, q * divisor + divisor - 1}) {
        if (n <= max) {
          ASSERT_EQ((static_cast<std::uint64_t>(n) * r->mult) >> r->shift, n / divisor);
        }
      }
    }
  }
}

TEST(PlanTest, AnUndilatedKernelRowIsOneString) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 3});
  const int out = b.conv(in, 16, 3);
  const auto plans = plan_operators(b.finish(in, out), config());
  const auto& plan = std::get<DensePlan>(plans[0]);
  EXPECT_EQ(plan.nkx, 1);
  EXPECT_EQ(plan.string_bytes, 9);
}

TEST(PlanTest, ADilatedKernelRowIsOneStringPerColumn) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 3});
  const int out = b.conv(in, 16, 3, 1, 2);
  const auto plans = plan_operators(b.finish(in, out), config());
  const auto& plan = std::get<DensePlan>(plans[0]);
  EXPECT_EQ(plan.nkx, 3);
  EXPECT_EQ(plan.string_bytes, 3);
}

TEST(PlanTest, FewFiltersTakeNeighbouringPixelsIntoTheIdleColumns) {
  GraphBuilder b;
  const int in = b.activation({1, 96, 96, 3});
  const int out = b.conv(in, 8, 3, 2);
  const Graph graph = b.finish(in, out);
  const auto plan = std::get<DensePlan>(plan_operators(graph, config()).front());
  EXPECT_EQ(plan.unroll, 2);
  EXPECT_EQ(plan.shift_bytes, 6);
  EXPECT_EQ(plan.string_bytes, 15);  // (3 + stride 2) * 3 channels: one of the 16 rows is idle
  EXPECT_EQ(plan.geometry.filters, 16);
  EXPECT_EQ(plan.geometry.out_w, 24);
  EXPECT_EQ(plan.geometry.stride_x, 4);
  EXPECT_EQ(plan.geometry.pad_left, 1);
  // An array with as many columns as filters has none to fill.
  EXPECT_EQ(std::get<DensePlan>(plan_operators(graph, config(16, 8)).front()).unroll, 1);
}

TEST(PlanTest, UnrollingIsLeftAloneWhereItCostsKernelSteps) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 16});
  const int out = b.conv(in, 8, 1);  // two pixels are 32 bytes, two steps of 16 rows instead of one
  EXPECT_EQ(std::get<DensePlan>(plan_operators(b.finish(in, out), config()).front()).unroll, 1);
}

TEST(PlanTest, UnrolledPixelsShareTheOutputRowEvenly) {
  GraphBuilder b;
  const int in = b.activation({1, 15, 15, 1});
  const int out = b.conv(in, 4, 3);
  const auto plan = std::get<DensePlan>(plan_operators(b.finish(in, out), config()).front());
  EXPECT_GT(plan.unroll, 1);
  EXPECT_EQ(plan.unroll * plan.geometry.out_w, 15);
  EXPECT_EQ(plan.string_bytes, 3 + (plan.unroll - 1));
}

TEST(PackTest, UnrolledPixelsHaveShiftedCopiesOfTheKernelAndTheirOwnTables) {
  GraphBuilder b;
  const int in = b.activation({1, 4, 6, 1});
  const int out = b.conv(in, 2, 3);
  const Graph graph = b.finish(in, out);
  const HwConfig hw = config();
  const auto plan = std::get<DensePlan>(plan_operators(graph, hw).front());
  ASSERT_GT(plan.unroll, 1);
  FlashImage flash(0);
  const PackedLayer packed =
      pack_dense(graph, graph.ops[0], plan, fold_layer(graph, graph.ops[0], Rounding::kDouble), hw, flash);
  ASSERT_EQ(packed.tiles.size(), 1U);
  const auto bytes = flash.take();
  const auto& kernel = graph.tensors[static_cast<std::size_t>(graph.ops[0].inputs[1])].data;
  const auto columns = 2 * static_cast<std::size_t>(plan.unroll);
  const auto string = static_cast<std::size_t>(plan.string_bytes);
  for (std::size_t ky = 0; ky < 3; ++ky) {
    for (std::size_t x = 0; x < string; ++x) {
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t pixel = column / 2;
        const bool under = x >= pixel && x < pixel + 3;
        const std::uint8_t expected = under ? kernel[column % 2 * 9 + ky * 3 + x - pixel] : 0;
        EXPECT_EQ(bytes[packed.tiles[0].weights + (ky * string + x) * columns + column], expected);
      }
    }
  }
  ASSERT_EQ(packed.tables.size(), 1U);
  const SlotValues slots = loaded_slots(packed.tables[0], bytes, hw);
  for (std::size_t column = 2; column < columns; ++column) {
    EXPECT_EQ(slots.bias[column], slots.bias[column % 2]);
    EXPECT_EQ(slots.mult[column], slots.mult[column % 2]);
    EXPECT_EQ(slots.shift[column], slots.shift[column % 2]);
  }
}

TEST(PlanTest, PaddedPoolIsCutWhereTheClippedWindowChanges) {
  GraphBuilder b;
  const int in = b.activation({1, 5, 5, 8});
  const int out = b.pool(in, 3, 1, {1, 1, 1, 1}, 5, 5);
  const auto plans = plan_operators(b.finish(in, out), config());
  const auto& plan = std::get<PoolPlan>(plans[0]);
  ASSERT_EQ(plan.regions.size(), 9U);  // corners, edges, middle
  int outputs = 0;
  for (const PoolRegion& r : plan.regions) {
    outputs += r.rows * r.cols;
    for (int oy : {r.oy0, r.oy0 + r.rows - 1}) {
      EXPECT_GE(oy + r.y_off, 0);
      EXPECT_LE(oy + r.y_off + r.window_h, 5);
    }
  }
  EXPECT_EQ(outputs, 25);
}

TEST(PlanTest, DepthwiseTakesThreeKernelRowsAPassWhenBanksCanTellThemApart) {
  GraphBuilder b;
  const int in = b.activation({1, 16, 16, 8});
  const int a = b.depthwise(in, 3);
  const int c = b.depthwise(a, 3, 2);
  const int d = b.depthwise(c, 3, 4);
  const auto plans = plan_operators(b.finish(in, d), config());
  EXPECT_EQ(std::get<DepthwisePlan>(plans[0]).bus_rows, 3);
  EXPECT_EQ(std::get<DepthwisePlan>(plans[1]).bus_rows, 2);  // rows 0 and 4 share a bank
  EXPECT_EQ(std::get<DepthwisePlan>(plans[2]).bus_rows, 1);
}

TEST(PlanTest, RowsShareNoMorePositionsThanBothHavePaddingFor) {
  MatrixGeometry g{.in_w = 8, .out_w = 8, .kernel_w = 5, .pad_left = 2};
  EXPECT_EQ(shared_positions(g, 0, 5), 2);
  g.in_w = 9;  // one pixel fewer on the right
  EXPECT_EQ(shared_positions(g, 0, 5), 1);
  g.in_w = 12;  // no padding there
  EXPECT_EQ(shared_positions(g, 0, 5), 0);
  g = {.in_w = 8, .out_w = 4, .kernel_w = 3, .stride_x = 2, .pad_left = 0};  // SAME, all padding on the right
  EXPECT_EQ(shared_positions(g, 0, 3), 0);
  g = {.in_w = 9, .out_w = 5, .kernel_w = 3, .stride_x = 2, .pad_left = 1};
  EXPECT_EQ(shared_positions(g, 0, 3), 1);
  g = {.in_w = 1, .out_w = 1, .kernel_w = 5, .pad_left = 2};
  EXPECT_EQ(shared_positions(g, 0, 5), 2);
  // Taps 16 to 31 of a kernel row: the image lies left of what the first output needs.
  g = {.in_w = 40, .out_w = 40, .kernel_w = 31, .pad_left = 15};
  EXPECT_EQ(shared_positions(g, 0, 16), 0);
  EXPECT_EQ(shared_positions(g, 16, 16), 0);
}

TEST(PlanTest, NamesWhyTheDeviceDoesNotTakeAnOperator) {
  GraphBuilder b;
  const int in = b.activation({1, 4, 4, 8});
  const int wide = b.activation({1, 1, 1, 8});
  const int sum = b.add(in, wide);
  const int out = b.softmax(sum);
  const auto plans = plan_operators(b.finish(in, out), config());
  EXPECT_EQ(std::get<CpuPlan>(plans[0]).reason, "operands of different shapes (broadcast)");
  EXPECT_EQ(std::get<CpuPlan>(plans[1]).reason, "no softmax unit");
}

HwConfig dataflow_config(const std::string& dataflow, bool depthwise_unit) {
  return config(16, 16, 131072, 8, depthwise_unit, dataflow);
}

TEST(DataflowTest, IsTheOneThatIsBuilt) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 16});
  const int mid = b.depthwise(in, 3);
  const int out = b.conv(mid, 16, 3);
  const Graph graph = b.finish(in, out);
  for (const auto& [dataflow, expected] :
       {std::pair{"weight", Dataflow::kWeight}, std::pair{"output", Dataflow::kOutput}}) {
    const HwConfig hw = dataflow_config(dataflow, false);
    for (const OpPlan& plan : plan_operators(graph, hw)) {
      EXPECT_EQ(choose_dataflow(plan, hw), expected);
      EXPECT_FALSE(dataflow_is_free(plan, hw));
    }
  }
}

TEST(DataflowTest, IsWeightStationaryForColumnMode) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 16});
  const int out = b.depthwise(in, 3);
  const Graph graph = b.finish(in, out);
  for (const bool unit : {true, false}) {
    const HwConfig hw = dataflow_config("both", unit);
    const OpPlan plan = plan_operators(graph, hw).front();
    EXPECT_EQ(dataflow_is_free(plan, hw), !unit);
    EXPECT_EQ(choose_dataflow(plan, hw), Dataflow::kWeight);
  }
}

TEST(DataflowTest, PartOfAGroupOfPixelsTakesAsLongAsAWholeOne) {
  GraphBuilder b;
  const int in = b.activation({1, 5, 5, 16});  // 25 pixels: 2 groups of 16
  const int out = b.conv(in, 16, 3);
  const Graph graph = b.finish(in, out);
  const auto cycles = [&](const std::string& dataflow) {
    const HwConfig hw = dataflow_config(dataflow, false);
    return array_cost(plan_operators(graph, hw).front(), 1, hw).cycles;
  };
  EXPECT_EQ(cycles("weight"), 9 * 25);
  EXPECT_EQ(cycles("output"), 9 * 32);
  EXPECT_EQ(cycles("both"), 9 * 25);
}

}  // namespace
}  // namespace systolite
