// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/depthwise_stream.h"

#include <gtest/gtest.h>

#include <string>

namespace systolite::functional {
namespace {

// Two rows of three outputs, three taps: rows of four positions, one behind the last row.
constexpr isa::MmCfgIn kIn{.depthwise = 1, .stride_x = 1};
constexpr isa::MmCfgKernel kKernel{.taps = 3, .buses = 3, .overlap = 1};
constexpr isa::Mm kMm{.nrows = 2, .ncols = 3, .nky = 3, .tiles = 3};

// 'z' for every position of a tile that is the zero point because it is shared, '.' for the others.
std::string positions(const SharedTile& tile, const isa::MmCfgKernel& kernel = kKernel) {
  const DepthwiseStream stream(kMm, kIn, kernel);
  std::string text;
  for (std::int64_t at = 0; at < stream.positions(); ++at)
    text += stream.shared(at / stream.period, at % stream.period, tile) ? 'z' : '.';
  return text;
}

TEST(DepthwiseStreamTest, TilesShareTheirEnds) {
  EXPECT_EQ(positions(shared_tile(kMm, 0, kKernel)), "........z");
  EXPECT_EQ(positions(shared_tile(kMm, 1, kKernel)), "z.......z");
  EXPECT_EQ(positions(shared_tile(kMm, 2, kKernel)), "z........");
}

TEST(DepthwiseStreamTest, AsManyPositionsAsRowsShare) {
  EXPECT_EQ(positions({true, true}, {.taps = 3, .buses = 3, .overlap = 0}), "..........");
  EXPECT_EQ(positions({true, true}, {.taps = 3, .buses = 3, .overlap = 2}), "zz....zz");
}

TEST(DepthwiseStreamTest, TilesOfSeveralPassesShareNothing) {
  const isa::MmCfgKernel two_buses{.taps = 3, .buses = 2, .overlap = 1};
  for (std::int64_t tile = 0; tile < 3; ++tile) EXPECT_EQ(positions(shared_tile(kMm, tile, two_buses)), ".........");
}

TEST(DepthwiseStreamTest, OneTileSharesNothing) {
  isa::Mm alone = kMm;
  alone.tiles = 1;
  const SharedTile tile = shared_tile(alone, 0, kKernel);
  EXPECT_FALSE(tile.before);
  EXPECT_FALSE(tile.behind);
}

}  // namespace
}  // namespace systolite::functional
