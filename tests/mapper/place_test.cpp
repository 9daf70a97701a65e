// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using test::config;
using test::GraphBuilder;

Graph residual_network() {
  GraphBuilder b;
  const int in = b.activation({1, 16, 16, 8});
  const int c1 = b.conv(in, 16, 3);
  const int d = b.depthwise(c1, 3);
  const int c2 = b.conv(d, 16, 1);
  const int sum = b.add(c1, c2);
  const int down = b.conv(sum, 32, 3, 2);
  const int pooled = b.pool(down, 8, 8, {}, 1, 1);
  const int flat = b.reshape(pooled, {1, 32});
  const int fc = b.fully_connected(flat, 10);
  return b.finish(in, b.softmax(fc));
}

// Rows of `view`, one byte range a row.
std::vector<Range> rows_of(const View& view, const HwConfig& hw) {
  std::vector<Range> rows;
  for (int y = 0; y < view.height; ++y) rows.push_back({view.address(y, hw), view.address(y, hw) + view.row_bytes});
  return rows;
}

TEST(PlaceTest, TensorsAliveTogetherDoNotOverlap) {
  const Graph graph = residual_network();
  for (int banks : {2, 4, 8, 16}) {
    const HwConfig hw = config(16, 16, 32768, banks);
    const auto plans = plan_operators(graph, hw);
    const Placement placement = place_tensors(graph, plans, hw, false);
    int compared = 0;
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
      const Op& op = graph.ops[i];
      std::vector<int> alive = op.inputs;  // an operator's operands and result are alive together
      alive.push_back(op.outputs[0]);
      for (int a : alive) {
        for (int b : alive) {
          if (a < 0 || b < 0 || placement.root_of(a) == placement.root_of(b)) continue;
          if (!placement.view[placement.root_of(a)] || !placement.view[placement.root_of(b)]) continue;
          for (const Range& x : rows_of(placement.view_of(a), hw)) {
            EXPECT_LE(x.end, 32768U);
            for (const Range& y : rows_of(placement.view_of(b), hw)) EXPECT_FALSE(x.overlaps(y));
          }
          ++compared;
        }
      }
    }
    EXPECT_GT(compared, 10);
  }
}

TEST(PlaceTest, TellsWhichBytesHoldWhichTensorWhen) {
  const Graph graph = residual_network();
  const HwConfig hw = config(16, 16, 32768, 8);
  const auto plans = plan_operators(graph, hw);
  const Placement placement = place_tensors(graph, plans, hw, false);
  ASSERT_EQ(static_cast<std::ptrdiff_t>(placement.scratchpad.size()),
            std::ranges::count_if(placement.view, [](const auto& view) { return view.has_value(); }));
  for (const ScratchpadPlace& place : placement.scratchpad) {
    // Exactly the bytes of the rows.
    std::vector<bool> held(32768);
    std::int64_t bytes = 0;
    for (const ScratchpadRange& range : place.ranges) {
      for (std::uint32_t byte = range.begin; byte < range.end; ++byte) {
        EXPECT_FALSE(held.at(byte));
        held.at(byte) = true;
        ++bytes;
      }
    }
    EXPECT_EQ(bytes, graph.tensors[static_cast<std::size_t>(place.tensor)].bytes());
    for (const Range& row : rows_of(placement.view_of(place.tensor), hw)) {
      for (std::uint32_t byte = row.begin; byte < row.end; ++byte) EXPECT_TRUE(held.at(byte));
    }
    // All operators of the device that touch it.
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
      const Op& op = graph.ops[i];
      const Where where = where_of(plans[i]);
      if (where != Where::kArray && where != Where::kVector) continue;
      if (std::ranges::count(op.inputs, place.tensor) + std::ranges::count(op.outputs, place.tensor) == 0) continue;
      EXPECT_LE(place.first_op, static_cast<int>(i)) << place.tensor;
      EXPECT_GE(place.last_op, static_cast<int>(i)) << place.tensor;
    }
  }
  EXPECT_EQ(map_network(graph, hw).scratchpad.size(), placement.scratchpad.size());
}

TEST(PlaceTest, DepthwiseInputRotatesThroughBanksAsFarAsThereAreBanks) {
  const Graph graph = residual_network();
  for (const auto& [banks, interleave, bus_rows] : {std::tuple{8, 2, 3}, std::tuple{4, 2, 3}, std::tuple{2, 1, 2}}) {
    const HwConfig hw = config(16, 16, 32768, banks);
    const auto plans = plan_operators(graph, hw);
    const Placement placement = place_tensors(graph, plans, hw, false);
    const View& view = placement.view_of(graph.ops[1].inputs[0]);
    EXPECT_EQ(view.interleave, interleave) << banks;
    EXPECT_EQ(usable_bus_rows(std::get<DepthwisePlan>(plans[1]), view), bus_rows) << banks;
  }
}

TEST(PlaceTest, RowsTooManyForTwoBanksRotateThroughFour) {
  GraphBuilder b;
  const int in = b.activation({1, 32, 32, 16});  // 8 KiB a bank of two, 4 KiB a bank of four
  const Graph graph = b.finish(in, b.depthwise(in, 3));
  const HwConfig hw = config(8, 8, 65536, 8);  // three taps leave room for two kernel rows; banks of 8 KiB
  const auto plans = plan_operators(graph, hw);
  ASSERT_EQ(std::get<DepthwisePlan>(plans[0]).bus_rows, 2);
  const Placement placement = place_tensors(graph, plans, hw, false);
  EXPECT_EQ(placement.view_of(in).interleave, 2);
  EXPECT_EQ(usable_bus_rows(std::get<DepthwisePlan>(plans[0]), placement.view_of(in)), 2);
}

// Banks whose ports are busy while the array reads the tensor.
std::uint32_t banks_read(const View& view, const HwConfig& hw) {
  const auto bank = static_cast<std::uint32_t>(hw.bank_bytes());
  const auto word = static_cast<std::uint32_t>(hw.spm_word_bytes());
  std::uint32_t mask = 0;
  for (const Range& row : rows_of(view, hw)) {
    mask |= 1U << ((row.begin < word ? 0 : row.begin - word) / bank);
    mask |= 1U << ((row.end + word - 1) / bank);
  }
  return mask;
}

TEST(PlaceTest, TensorsThatTwoEnginesReadAtTheSameTimeLieInDifferentBanks) {
  const Graph graph = residual_network();
  const HwConfig hw = config();
  const Placement placement = place_tensors(graph, plan_operators(graph, hw), hw, false);
  const Op& add = graph.ops[3];
  ASSERT_EQ(add.type, "ADD");
  for (const int operand : add.inputs) {
    for (const std::size_t neighbour : {2U, 4U}) {  // the convolutions before and behind it
      const View& array = placement.view_of(graph.ops[neighbour].inputs[0]);
      EXPECT_EQ(banks_read(placement.view_of(operand), hw) & banks_read(array, hw), 0U)
          << "tensor " << operand << ", operator " << neighbour;
    }
  }
}

TEST(PlaceTest, ReshapeSharesItsInput) {
  const Graph graph = residual_network();
  const HwConfig hw = config();
  const Placement placement = place_tensors(graph, plan_operators(graph, hw), hw, false);
  EXPECT_EQ(placement.root_of(graph.ops[6].outputs[0]), static_cast<std::size_t>(graph.ops[6].inputs[0]));
}

TEST(PlaceTest, SaysHowManyBytesAreMissing) {
  const Graph graph = residual_network();
  const HwConfig hw = config(16, 16, 4096, 4);
  try {
    (void)map_network(graph, hw);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    // The depthwise convolution: its input, which the ADD reads again, and its output, 16 x 16 x 16 bytes each. Others
    // write their results over their operands.
    EXPECT_THAT(error.what(), testing::HasSubstr("operator #1 (DEPTHWISE_CONV_2D) need 8192 bytes of scratchpad"));
    EXPECT_THAT(error.what(), testing::HasSubstr("is 4096 (4096 bytes missing)"));
  }
}

// A depthwise layer on an array without column mode takes all columns of a kernel row at a time.
TEST(MapTest, SaysHowManyBytesOfWeightBufferAreMissing) {
  GraphBuilder b;
  const int in = b.activation({1, 8, 8, 32});
  const Graph graph = b.finish(in, b.depthwise(in, 3));
  HwConfig hw = config(32, 32, 131072, 8, /*depthwise_unit=*/false);
  hw.weight_buffer_bytes = 2048;
  try {
    static_cast<void>(map_network(graph, hw));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("3072 bytes at a time"),
                                             testing::HasSubstr("is 2048 (1024 bytes missing)")));
  }
  hw.weight_buffer_bytes = 4096;
  EXPECT_FALSE(map_network(graph, hw).steps.empty());
}

// Who wants no more than the addresses of the constants gets the same commands without their bytes.
TEST(MapTest, ProgramsWithoutBytesHaveTheSameCommands) {
  GraphBuilder b;
  const int in = b.activation({1, 6, 5, 3});
  int out = b.depthwise(b.conv(in, 40, 3), 3);
  out = b.fully_connected(b.reshape(out, {1, 6 * 5 * 40}), 7);
  const Graph graph = b.finish(in, b.softmax(out));
  MappingSource source(graph);
  for (const int rows : {8, 16, 8}) {
    const HwConfig hw = config(rows, 16);
    const Program whole = map_network(graph, hw);
    MapOptions options;
    options.contents = FlashContents::kAddresses;
    const Program bare = NetworkMapper(source, hw, options).map({});
    EXPECT_TRUE(bare.flash.empty());
    EXPECT_EQ(bare.flash_bytes, whole.flash.size());
    EXPECT_EQ(whole.flash_bytes, whole.flash.size());
    ASSERT_EQ(bare.steps.size(), whole.steps.size());
    for (std::size_t i = 0; i < whole.steps.size(); ++i) {
      const auto* job = std::get_if<JobStep>(&whole.steps[i]);
      if (job == nullptr) continue;
      const auto& same = std::get<JobStep>(bare.steps[i]);
      EXPECT_EQ(same.commands, job->commands);
      EXPECT_EQ(same.stream_address, job->stream_address);
    }
  }
}

TEST(MapTest, SameArgumentsGiveTheSameProgram) {
  const Graph graph = residual_network();
  const HwConfig hw = config();
  const Program a = map_network(graph, hw);
  const Program b = map_network(graph, hw);
  EXPECT_EQ(a.flash, b.flash);
  ASSERT_EQ(a.steps.size(), 2U);  // one job, then softmax
  EXPECT_EQ(std::get<JobStep>(a.steps[0]).commands, std::get<JobStep>(b.steps[0]).commands);
  EXPECT_EQ(std::get<CpuStep>(a.steps[1]).op, 8);
}

}  // namespace
}  // namespace systolite
