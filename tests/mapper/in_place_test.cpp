// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/in_place.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "mapper/lower/lower_matrix.h"
#include "mapper/lower/map.h"
#include "mapper/lower/place.h"
#include "mapper/lower/shared_bytes.h"
#include "mapper/program/scratchpad.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using test::config;
using test::GraphBuilder;

// Half of the accumulator holds 256 pixels, a bank of it 128.
HwConfig large_buffers() {
  HwConfig hw = config();
  hw.weight_buffer_bytes = 32768;
  hw.accumulator_bytes = 32768;
  hw.param_channels = 1024;
  return hw;
}

View plain(std::uint32_t base, int rows, std::uint32_t row_bytes) {
  return {.base = base, .pitch = row_bytes, .interleave = 0, .height = rows, .row_bytes = row_bytes};
}

// 3 x 3, stride 1, padding 1: a row of the result has as many bytes as one of the input.
MatrixGeometry same_size() {
  MatrixGeometry g;
  g.in_h = g.out_h = g.in_w = g.out_w = 8;
  g.channels = g.filters = 4;
  g.kernel_h = g.kernel_w = 3;
  g.pad_top = g.pad_left = 1;
  return g;
}

TEST(InPlaceTest, ABlockMayBeWrittenWhenTheOneBehindItIsComputed) {
  const HwConfig hw = config();
  const MatrixGeometry g = same_size();
  const std::vector<Block> rows = cut_blocks(8, 8, 8, hw);
  ASSERT_EQ(rows.size(), 8U);
  // Row y is read by rows y-1 to y+1 of the result: the last of them are in the accumulator when row y is written.
  EXPECT_TRUE(read_before_written(g, plain(0, 8, 32), plain(0, 8, 32), rows, hw));
  // One byte further, row y would be written over a part of row y+1, which row y+2 reads.
  EXPECT_FALSE(read_before_written(g, plain(0, 8, 32), plain(1, 8, 32), rows, hw));
  EXPECT_TRUE(read_before_written(g, plain(16, 8, 32), plain(0, 8, 32), rows, hw));
  MatrixGeometry tall = g;
  tall.kernel_h = 5;
  tall.pad_top = 2;
  EXPECT_FALSE(read_before_written(tall, plain(0, 8, 32), plain(0, 8, 32), rows, hw));
  EXPECT_TRUE(read_before_written(tall, plain(0, 8, 32), plain(0, 8, 32), cut_blocks(8, 8, 4, hw), hw));
  // Rows that rotate through banks.
  View input = plain(0, 8, 32);
  input.interleave = 2;
  EXPECT_TRUE(read_before_written(g, input, input, rows, hw));
  View shifted = input;
  shifted.base = 32;  // row y lies where row y+4 was
  EXPECT_FALSE(read_before_written(g, input, shifted, rows, hw));
}

// The result of `layer` on an image with the given height, width and channels.
template <typename Layer>
std::optional<std::uint32_t> before(const std::vector<int>& shape, const HwConfig& hw, const Layer& layer) {
  GraphBuilder b;
  const int in = b.activation(shape);
  const int out = layer(b, in);
  const Graph graph = b.finish(in, out);
  return bytes_before_input(plan_operators(graph, hw)[0],
                            static_cast<std::uint32_t>(graph.tensors[static_cast<std::size_t>(in)].bytes()),
                            static_cast<std::uint32_t>(graph.tensors[static_cast<std::size_t>(out)].bytes()), hw);
}

TEST(InPlaceTest, AResultBeginsAsFarInFrontOfItsInputAsItGrowsFaster) {
  const HwConfig hw = large_buffers();
  EXPECT_EQ(before({1, 16, 16, 16}, hw, [](auto& b, int in) { return b.conv(in, 16, 3); }), 0U);
  EXPECT_EQ(before({1, 16, 16, 16}, hw, [](auto& b, int in) { return b.depthwise(in, 3); }), 0U);
  // 24 blocks of two rows, 768 bytes a row made of 384: when block 21 is written, block 23 is still to be read.
  EXPECT_EQ(before({1, 48, 48, 8}, hw, [](auto& b, int in) { return b.conv(in, 16, 1); }),
            22U * 2 * 768 - 23U * 2 * 384);
  EXPECT_EQ(before({1, 48, 48, 16}, hw, [](auto& b, int in) { return b.conv(in, 8, 1); }), 0U);
}

TEST(InPlaceTest, NotWhereColumnTilesNeedTheWholeInputOneAfterTheOther) {
  const auto pointwise = [](int filters) { return [filters](auto& b, int in) { return b.conv(in, filters, 1); }; };
  HwConfig hw = large_buffers();
  // Weights of half the weight buffer at the most.
  EXPECT_EQ(before({1, 4, 4, 64}, hw, pointwise(256)), 0U);
  EXPECT_FALSE(before({1, 4, 4, 64}, hw, pointwise(272)).has_value());
  // Each column tile of a depthwise layer reads its own channels.
  EXPECT_TRUE(before({1, 4, 4, 512}, hw, [](auto& b, int in) { return b.depthwise(in, 3); }).has_value());
  // Tables of half the table memory.
  hw.param_channels = 128;
  EXPECT_TRUE(before({1, 4, 4, 64}, hw, pointwise(64)).has_value());
  EXPECT_FALSE(before({1, 4, 4, 64}, hw, pointwise(80)).has_value());
  // A row of all column tiles in half of the accumulator: 256 pixels.
  hw = large_buffers();
  EXPECT_TRUE(before({1, 4, 64, 16}, hw, pointwise(64)).has_value());
  EXPECT_FALSE(before({1, 4, 65, 16}, hw, pointwise(64)).has_value());
}

// Three tensors, each made from the one before by operators 1 and 2; the last takeover is found first.
TEST(InPlaceTest, ChainsOfTakeoversKeepTheDistances) {
  const auto candidate = [](int tensor, std::uint32_t bytes) {
    return Candidate{
        .tenants =
            {{.tensor = tensor, .first_op = tensor, .last_op = tensor + 1, .offset = 0, .bytes = bytes, .height = 1}},
        .bytes = bytes,
        .interleave = 0,
        .plain = true,
        .apart = {}};
  };
  std::vector<Candidate> candidates = {candidate(0, 96), candidate(1, 64), candidate(2, 80)};
  take_over(candidates, {.operand = 1, .result = 2, .before = 48});
  take_over(candidates, {.operand = 0, .result = 1, .before = 16});
  ASSERT_EQ(candidates.size(), 1U);
  const Candidate& chain = candidates.front();
  ASSERT_EQ(chain.tenants.size(), 3U);
  EXPECT_EQ(chain.tenants[0].offset, 64U);  // 16 behind tensor 1, which is 48 behind tensor 2
  EXPECT_EQ(chain.tenants[1].offset, 48U);
  EXPECT_EQ(chain.tenants[2].offset, 0U);
  EXPECT_EQ(chain.bytes, 64U + 96U);
  EXPECT_EQ(chain.bytes_at(0), (Range{64, 160}));
  EXPECT_EQ(chain.bytes_at(1), (Range{48, 160}));  // operator 1 reads tensor 0 and makes tensor 1
  EXPECT_EQ(bytes_by_operator(candidates, 4), (std::vector<std::uint64_t>{96, 112, 112, 80}));
}

// Operators whose results take the bytes of an operand in a scratchpad of the given size.
std::set<int> in_place(const Graph& graph, int scratchpad_bytes) {
  const Program program = map_network(graph, config(16, 16, scratchpad_bytes, 4));
  std::set<int> ops;
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    if (program.layers[i].in_place_of) ops.insert(static_cast<int>(i));
  }
  for (std::size_t i = 0; i < graph.ops.size(); ++i)
    EXPECT_LE(held_bytes(program.scratchpad, static_cast<int>(i)), static_cast<std::uint64_t>(scratchpad_bytes));
  return ops;
}

// A residual block of 4 KiB tensors, and what makes its input out of 1 KiB.
struct Residual {
  GraphBuilder b;
  int in = b.activation({1, 16, 16, 4});
  int x = b.conv(in, 16, 3);  // 0
  int y = b.conv(x, 16, 3);   // 1
  int z = b.conv(y, 16, 3);   // 2
  int sum = b.add(z, x);      // 3
};

TEST(InPlaceTest, OnlyWhereTheTensorsDoNotFitOtherwise) {
  Residual r;
  const Graph graph = r.b.finish(r.in, r.b.conv(r.sum, 4, 1));
  EXPECT_EQ(in_place(graph, 16384), std::set<int>{});
  // x and y, x and z in y's bytes, the sum in x's or z's.
  EXPECT_EQ(in_place(graph, 8192), (std::set{2, 3}));
  EXPECT_THROW(in_place(graph, 4096), Error);
}

TEST(InPlaceTest, NotOverAnOperandThatIsReadAgain) {
  Residual r;
  // y has a second consumer behind the ADD: three tensors at operator 2, whatever is done.
  const Graph graph = r.b.finish(r.in, r.b.add(r.sum, r.y));
  EXPECT_THROW(in_place(graph, 8192), Error);
  EXPECT_EQ(in_place(graph, 32768), std::set<int>{});
}

TEST(InPlaceTest, ASumTakesTheOperandThatNobodyReadsAgain) {
  Residual r;
  // x and the sum are the operands of the second ADD: z's bytes are free.
  const Graph graph = r.b.finish(r.in, r.b.conv(r.b.add(r.sum, r.x), 4, 1));
  const Program program = map_network(graph, config(16, 16, 8192, 4));
  EXPECT_EQ(program.layers[3].in_place_of, r.z);
}

TEST(InPlaceTest, AnOperandOfTheCpuLeavesBeforeItsBytesAreTaken) {
  GraphBuilder b;
  const int in = b.activation({1, 16, 16, 16});
  const int x = b.conv(in, 16, 1);
  const int y = b.conv(x, 16, 1);  // over x, which is an output of the network too
  Graph graph = b.finish(in, y);
  graph.outputs.push_back(x);
  const Program program = map_network(graph, config(16, 16, 4096, 4));
  EXPECT_EQ(program.layers[1].in_place_of, x);
  // The stores of x come before the first requantisation of y, and it waits for them.
  const auto& job = std::get<JobStep>(program.steps.front());
  int stores_of_x = 0;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    const std::optional<isa::Opcode> opcode = isa::opcode_of(job.commands[i]);
    if (job.op_of_command[i] == 0 && opcode == isa::Opcode::kSt) ++stores_of_x;
    if (job.op_of_command[i] == 1 && opcode == isa::Opcode::kRequant) break;
  }
  EXPECT_GT(stores_of_x, 0);
  EXPECT_EQ(
      std::ranges::count_if(job.commands,
                            [&](const isa::Command& command) {
                              return isa::opcode_of(command) == isa::Opcode::kSt &&
                                     job.op_of_command[static_cast<std::size_t>(&command - job.commands.data())] == 0;
                            }),
      stores_of_x);
}

// Three column tiles of a layer in place: requantisation of a block writes what all of them read for the next one.
TEST(InPlaceTest, ABlockIsRequantisedWhenEveryTileOfTheNextOneIsComputed) {
  GraphBuilder b;
  const int in = b.activation({1, 16, 16, 16});
  const Graph graph = b.finish(in, b.conv(b.conv(in, 48, 1), 48, 1));
  const HwConfig hw = config(16, 16, 16384, 4);
  const Program program = map_network(graph, hw);
  ASSERT_EQ(program.layers[1].in_place_of, graph.ops[0].outputs[0]);
  const auto& job = std::get<JobStep>(program.steps.front());
  std::vector<std::int64_t> computed;  // first rows of blocks, column tile after column tile
  std::int64_t written = 0;
  std::int64_t last_row = 0;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    if (job.op_of_command[i] != 1) continue;
    const isa::AnyCommand command = isa::decode(job.commands[i]);
    if (const auto* mm = std::get_if<isa::Mm>(&command)) {
      for (std::int64_t tile = 0; tile < mm->tiles; ++tile) computed.push_back(mm->oy0);
      last_row = std::max(last_row, mm->oy0);
    }
    if (const auto* requant = std::get_if<isa::Requant>(&command)) {
      const std::int64_t next = requant->oy0 + requant->nrows;
      if (next < 16) {
        EXPECT_EQ(std::ranges::count(computed, next), 3) << requant->oy0;
      }
      ++written;
    }
  }
  EXPECT_GT(written, 2);
  EXPECT_GT(last_row, 0);
}

}  // namespace
}  // namespace systolite
