// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/layer_cut.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

void expect_each_pixel_once(const std::vector<Block>& blocks, int out_h, int out_w) {
  std::set<std::pair<int, int>> pixels;
  for (const Block& block : blocks) {
    for (int y = block.oy0; y < block.oy0 + block.rows; ++y) {
      for (int x = block.ox0; x < block.ox0 + block.cols; ++x)
        EXPECT_TRUE(pixels.emplace(y, x).second) << y << ", " << x;
    }
  }
  EXPECT_EQ(pixels.size(), static_cast<std::size_t>(out_h * out_w));
}

TEST(CutBlocksTest, CutsRowsOfAnImage) {
  const HwConfig hw = test::config();
  const auto blocks = cut_blocks(5, 8, 2, hw);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].rows, 3);
  EXPECT_EQ(blocks[1].rows, 2);
  expect_each_pixel_once(blocks, 5, 8);
}

TEST(CutBlocksTest, CutsColumnsOfASingleRow) {
  const HwConfig hw = test::config();
  const auto blocks = cut_blocks(1, 30, 4, hw);
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[0].cols, 8);
  EXPECT_EQ(blocks[3].cols, 6);
  expect_each_pixel_once(blocks, 1, 30);
}

TEST(CutBlocksTest, TheFirstBlockCanBeSmaller) {
  const HwConfig hw = test::config();
  const auto blocks = cut_blocks(5, 8, 2, hw, 2);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].rows, 2);
  EXPECT_EQ(blocks[1].rows, 3);
  expect_each_pixel_once(blocks, 5, 8);
  // Not larger, and the others still fit.
  EXPECT_EQ(cut_blocks(5, 8, 2, hw, 4).front().rows, 3);
  for (int count = 1; count < 6; ++count) {
    for (int first_rows = 0; first_rows < 8; ++first_rows) {
      const auto image = cut_blocks(96, 48, count, hw, first_rows);
      for (const Block& block : image) EXPECT_LE(block.rows * block.cols, hw.acc_entries());
      expect_each_pixel_once(image, 96, 48);
    }
  }
}

TEST(CutBlocksTest, NeverMakesMoreBlocksThanThereAreRowsOrColumns) {
  const HwConfig hw = test::config();
  EXPECT_EQ(cut_blocks(3, 4, 16, hw).size(), 3U);
  EXPECT_EQ(cut_blocks(1, 4, 16, hw).size(), 4U);
  EXPECT_EQ(cut_blocks(1, 1, 16, hw).size(), 1U);
}

TEST(CutBlocksTest, EveryBlockFitsAnAccumulatorHalf) {
  const HwConfig hw = test::config();
  for (const auto& [rows, cols] : {std::pair(96, 96), std::pair(1, 4095), std::pair(3, 1000), std::pair(100, 1)}) {
    const auto blocks = cut_blocks(rows, cols, 1, hw);
    for (const Block& block : blocks) EXPECT_LE(block.rows * block.cols, hw.acc_entries());
    expect_each_pixel_once(blocks, rows, cols);
  }
}

}  // namespace
}  // namespace systolite
