// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/cut_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using Cuts = std::map<int, LayerCut>;

// Operators: a pointwise convolution of 16 pixels with four column tiles of a 16 x 16 array, pooling, RESHAPE, a fully
// connected layer with ten column tiles. An accumulator half holds 64 entries.
class CutCheckTest : public testing::Test {
 protected:
  CutCheckTest() {
    const int in = b.activation({1, 4, 4, 16});
    const int pooled = b.pool(b.conv(in, 64, 1), 4, 1, Padding{}, 1, 1);
    graph = b.finish(in, b.fully_connected(b.reshape(pooled, {1, 64}), 160));
  }

  [[nodiscard]] std::string refusal(const Cuts& cuts) const { return refusal(cuts, test::config()); }
  [[nodiscard]] std::string refusal(const Cuts& cuts, const HwConfig& hw) const {
    try {
      (void)map_network(graph, hw, {.cuts = cuts, .exact_cuts = true});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kConfig);
      return error.what();
    }
    return "";
  }

  test::GraphBuilder b;
  Graph graph;
};

TEST_F(CutCheckTest, LegalCutsAreDone) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({{0, {.blocks = 2, .tiles = 2}}, {3, {.blocks = 1, .tiles = 8}}}), "");
}

TEST_F(CutCheckTest, OnlyLayersOnTheArrayAreCut) {
  EXPECT_THAT(refusal({{1, {}}}), testing::EndsWith("cut of operator #1 (AVERAGE_POOL_2D): it does not run on the "
                                                    "array, so it is not cut"));
  EXPECT_THAT(refusal({{4, {}}}), testing::EndsWith("cut of operator #4: must be one of operators 0 to 3"));
  EXPECT_THAT(refusal({{-1, {}}}), testing::HasSubstr("must be one of operators 0 to 3"));
}

TEST_F(CutCheckTest, ValuesMustMeanSomething) {
  EXPECT_THAT(refusal({{0, {.blocks = -1, .tiles = 1}}}), testing::EndsWith("blocks is -1: must be 0 to 65536"));
  EXPECT_THAT(refusal({{0, {.first_rows = 65537}}}), testing::EndsWith("first_rows is 65537: must be 0 to 65536"));
  EXPECT_THAT(refusal({{0, {.first_parts = 0}}}), testing::EndsWith("first_parts is 0: must be 1 to 65536"));
  EXPECT_THAT(refusal({{0, {.blocks = 2}}}),
              testing::EndsWith("blocks is 2 and tiles is 0: must both be given, or both be 0 for an estimate"));
}

TEST_F(CutCheckTest, ColumnTilesMustBeThereAndHaveRoom) {
  EXPECT_THAT(refusal({{0, {.blocks = 1, .tiles = 5}}}),
              testing::EndsWith("(CONV_2D): tiles is 5: must be at most 4, the column tiles that it has"));
  HwConfig hw = test::config();
  hw.accumulator_bytes /= 2;
  EXPECT_THAT(refusal({{0, {.blocks = 1, .tiles = 4}}}, hw), testing::HasSubstr("tiles is 4: must be at most 2, as "));
  EXPECT_EQ(refusal({{0, {.blocks = 2, .tiles = 4, .first_tiles = 4}}}, hw), "");
  hw.accumulator_bytes /= 2;
  EXPECT_THAT(refusal({{0, {.blocks = 1, .tiles = 1, .first_tiles = 4}}}, hw), testing::HasSubstr("first_tiles is 4"));
}

TEST_F(CutCheckTest, ADataflowThatIsNotBuiltIsRefused) {
  EXPECT_EQ(refusal({{0, {.dataflow = Dataflow::kWeight}}}), "");
  EXPECT_THAT(refusal({{0, {.dataflow = Dataflow::kOutput}}}),
              testing::HasSubstr("dataflow is output: must be weight, the only one that it can have on"));
}

TEST_F(CutCheckTest, WithoutTheWishForExactCutsTheyAreDoneAsFarAsPossible) {
  const HwConfig hw = test::config();
  const MapOptions options;
  MappingSource source(graph);
  NetworkMapper mapper(source, hw, options);
  (void)mapper.map({{0, {.blocks = 1, .tiles = 100}}});
  EXPECT_EQ(mapper.done_cuts().at(0).tiles, 4);
}

TEST_F(CutCheckTest, DoneCutsMakeTheSameProgram) {
  const MapOptions options{.exact_cuts = true};
  for (const int accumulator_share : {1, 4}) {
    HwConfig hw = test::config();
    hw.accumulator_bytes /= accumulator_share;
    MappingSource source(graph);
    NetworkMapper mapper(source, hw, options);
    NetworkMapper lenient(source, hw, {});
    for (const LayerCut& cut : std::vector<LayerCut>{{},
                                                     {.blocks = 3, .tiles = 3, .first_rows = 1, .first_tiles = 2},
                                                     {.blocks = 1, .tiles = 100, .first_tiles = 100, .joint = false}}) {
      const Program program = lenient.map({{0, cut}, {3, cut}});
      const Cuts done = lenient.done_cuts();
      ASSERT_EQ(done.size(), 2U);
      EXPECT_EQ(mapper.map(done).flash, program.flash);
      EXPECT_EQ(mapper.done_cuts(), done);
    }
  }
}

}  // namespace
}  // namespace systolite
