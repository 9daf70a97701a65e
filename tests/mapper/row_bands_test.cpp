// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/row_bands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "mapper/lower/band_layout.h"
#include "mapper/lower/map.h"
#include "sim/core/error.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using testing::ElementsAre;

// 48 rows, 3 x 3 SAME, two bands: rows -1 to 24 and 23 to 48.
TEST(RowBandsTest, NeighboursShareRows) {
  const RowBands bands{
      .count = 2, .channels = 8, .height = 48, .outputs = 48, .band_outputs = 24, .reach = 3, .above = 1};
  EXPECT_EQ(bands.rows(), 26);
  EXPECT_EQ(bands.pixel_bytes(), 16);
  EXPECT_EQ(bands.first_row(0), -1);
  EXPECT_EQ(bands.first_row(1), 23);
  EXPECT_THAT(all_copies(bands, 0, 48), ElementsAre(BandRows{0, 1, 0, 25}, BandRows{1, 0, 23, 25}));
  EXPECT_THAT(one_copy(bands, 0, 48), ElementsAre(BandRows{0, 1, 0, 24}, BandRows{1, 1, 24, 24}));
  EXPECT_THAT(all_copies(bands, 22, 25), ElementsAre(BandRows{0, 23, 22, 3}, BandRows{1, 0, 23, 2}));
  EXPECT_THAT(rows_beside_image(bands), ElementsAre(BandRows{0, 0, -1, 1}, BandRows{1, 25, 48, 1}));
}

// The last band comes first in a pixel, behind what a convolution that makes three pixels at a time spoils.
TEST(RowBandsTest, BandsInAPixel) {
  const RowBands bands{.count = 3, .channels = 5, .unroll = 3};
  EXPECT_EQ(bands.gap(), 10);
  EXPECT_EQ(bands.band_bytes(), 15);
  EXPECT_EQ(bands.pixel_bytes(), 25);
  EXPECT_EQ(bands.offset(2), 10);
  EXPECT_EQ(bands.offset(1), 15);
  EXPECT_EQ(bands.offset(0), 20);
}

// Without padding nothing lies beside the image; the last band of 7 outputs in 2 has 3.
TEST(RowBandsTest, UnevenLastBandWithoutPadding) {
  const RowBands bands{.count = 2, .channels = 1, .height = 11, .outputs = 7, .band_outputs = 4, .reach = 5};
  EXPECT_EQ(bands.rows(), 8);
  EXPECT_THAT(all_copies(bands, 0, 11), ElementsAre(BandRows{0, 0, 0, 8}, BandRows{1, 0, 4, 7}));
  EXPECT_TRUE(rows_beside_image(bands).empty());
}

// Every output of every band finds its rows of the image, or of padding, where its column looks for them.
TEST(RowBandsTest, EveryWindowIsThere) {
  int checked = 0;
  for (const int height : {2, 3, 7, 12, 48}) {
    for (const int kernel : {1, 2, 3, 5}) {
      for (const int stride : {1, 2, 3}) {
        for (const bool same : {false, true}) {
          const int outputs = same ? (height + stride - 1) / stride : (height - kernel) / stride + 1;
          if (!same && height < kernel) continue;
          const int above = same ? std::max((outputs - 1) * stride + kernel - height, 0) / 2 : 0;
          for (const int count : {2, 3, 4}) {
            const int band_outputs = (outputs + count - 1) / count;
            if ((outputs + band_outputs - 1) / band_outputs != count) continue;
            const RowBands bands{.count = count,
                                 .height = height,
                                 .outputs = outputs,
                                 .band_outputs = band_outputs,
                                 .stride = stride,
                                 .reach = kernel,
                                 .above = above};
            std::set<std::tuple<int, int, int>> stored;  // band, stored row, image row
            const auto add = [&](const std::vector<BandRows>& pieces) {
              for (const BandRows& rows : pieces) {
                for (int i = 0; i < rows.rows; ++i) {
                  EXPECT_LT(rows.row + i, bands.rows());
                  stored.emplace(rows.band, rows.row + i, rows.image_row + i);
                }
              }
            };
            add(all_copies(bands, 0, height));
            for (const BandRows& rows : rows_beside_image(bands)) {
              for (int i = 0; i < rows.rows; ++i) EXPECT_TRUE(rows.image_row + i < 0 || rows.image_row + i >= height);
            }
            add(rows_beside_image(bands));
            for (int y = 0; y < outputs; ++y) {
              for (int k = 0; k < kernel; ++k) {
                const int row = y % band_outputs * stride + k;
                EXPECT_TRUE(stored.contains({y / band_outputs, row, y * stride - above + k}))
                    << height << " rows, kernel " << kernel << ", stride " << stride << ", bands " << count;
                ++checked;
              }
            }
            // Each image row once, in order, at one of its places.
            int next = 0;
            for (const BandRows& rows : one_copy(bands, 0, height)) {
              EXPECT_EQ(rows.image_row, next);
              for (int i = 0; i < rows.rows; ++i, ++next) EXPECT_TRUE(stored.contains({rows.band, rows.row + i, next}));
            }
            EXPECT_EQ(next, height);
          }
        }
      }
    }
  }
  EXPECT_GT(checked, 1000);
}

class BandLayoutTest : public testing::Test {
 protected:
  // A convolution, a depthwise layer and a pointwise one.
  Graph thin(int channels, int kernel = 3) {
    test::GraphBuilder b;
    const int in = b.activation({1, 24, 24, 3});
    middle = b.conv(in, channels, 3);
    deep = b.depthwise(middle, kernel);
    return b.finish(in, b.conv(deep, 24, 1));
  }
  static std::vector<int> most(const Graph& graph, const HwConfig& hw) {
    return most_row_bands(choose_layout(graph, hw), hw);
  }

  int middle = 0;
  int deep = 0;
};

TEST_F(BandLayoutTest, AsManyAsTheColumnsHold) {
  EXPECT_THAT(most(thin(8), test::config()), ElementsAre(1, 2, 1));
  EXPECT_THAT(most(thin(5), test::config()), testing::Contains(3));
  EXPECT_THAT(most(thin(9), test::config()), testing::Each(1));
}

TEST_F(BandLayoutTest, NotForOthers) {
  const Graph whole = thin(8);
  EXPECT_THAT(most(whole, test::config(16, 16, 131072, 8, /*depthwise_unit=*/false)), testing::Each(1));
  Graph seen = whole;  // the caller reads the image
  seen.outputs.push_back(middle);
  EXPECT_THAT(most(seen, test::config()), testing::Each(1));
  seen = whole;
  seen.outputs.push_back(deep);
  EXPECT_THAT(most(seen, test::config()), testing::Each(1));
  test::GraphBuilder wide;  // a kernel of several rows reads across bands
  const int in = wide.activation({1, 24, 24, 3});
  EXPECT_THAT(most(wide.finish(in, wide.conv(wide.depthwise(wide.conv(in, 8, 3), 3), 24, 3)), test::config()),
              testing::Each(1));
  test::GraphBuilder pooled;  // nobody writes in bands
  const int image = pooled.activation({1, 24, 24, 8});
  EXPECT_THAT(most(pooled.finish(image, pooled.conv(pooled.depthwise(image, 3), 24, 1)), test::config()),
              testing::Each(1));
}

TEST_F(BandLayoutTest, KernelRepeatsForEveryBand) {
  const Graph graph = thin(8);
  const HwConfig hw = test::config();
  const Layout plain = choose_layout(graph, hw);
  const Layout layout = with_row_bands(plain, plan_operators(plain.graph, hw), {{1, {2, false}}});
  const Op& op = layout.graph.ops[1];
  const auto tensor = [](const Layout& of, int index) { return of.graph.tensors[static_cast<std::size_t>(index)]; };
  EXPECT_THAT(tensor(layout, op.inputs[0]).shape, ElementsAre(1, 14, 24, 16));
  EXPECT_THAT(tensor(layout, op.outputs[0]).shape, ElementsAre(1, 12, 24, 16));
  const auto& before = tensor(plain, plain.graph.ops[1].inputs[1]).data;
  const auto after = tensor(layout, op.inputs[1]).data;
  ASSERT_EQ(after.size(), 2 * before.size());
  for (std::size_t i = 0; i < after.size(); ++i) ASSERT_EQ(after[i], before[i / 16 * 8 + i % 8]);
}

TEST_F(BandLayoutTest, WishesCount) {
  const Graph graph = thin(5);
  const HwConfig hw = test::config();
  const auto bands = [&](const BandChoice& choice) {
    MapOptions options;
    options.cuts[1].row_bands = choice.count;
    options.cuts[1].bands_unrolled = choice.unrolled;
    return map_network(graph, hw, options).layers[1].row_bands;
  };
  EXPECT_EQ(bands({1, false}), 1);
  EXPECT_EQ(bands({2, false}), 2);
  EXPECT_EQ(bands({3, false}), 3);
  EXPECT_EQ(bands({4, false}), 1);
}

TEST_F(BandLayoutTest, ExactCutsAreRefused) {
  const Graph graph = thin(5);
  const HwConfig hw = test::config();
  const auto refusal = [&](int op, int count) -> std::string {
    MapOptions options;
    options.exact_cuts = true;
    options.cuts[op].row_bands = count;
    try {
      static_cast<void>(map_network(graph, hw, options));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kConfig);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal(1, 3), "");
  EXPECT_EQ(refusal(1, 1), "");
  EXPECT_THAT(refusal(1, 4), testing::HasSubstr("row_bands is 4: must be 0, for an estimate, or 1 to 3"));
  EXPECT_THAT(refusal(1, -1), testing::HasSubstr("row_bands is -1: must be 0"));
  EXPECT_THAT(refusal(2, 2), testing::HasSubstr("row_bands is 2: must be 0, for an estimate, or 1 to 1"));
}

// The cuts that a program was made with make it once more.
TEST_F(BandLayoutTest, DoneCutsKeepBands) {
  const Graph graph = thin(8);
  const HwConfig hw = test::config();
  MappingSource source(graph);
  for (const int count : {0, 1, 2}) {
    NetworkMapper mapper(source, hw, {});
    std::map<int, LayerCut> cuts;
    cuts[1].row_bands = count;
    const Program program = mapper.map(cuts);
    const auto done = mapper.done_cuts();
    EXPECT_EQ(done.at(1).row_bands, program.layers[1].row_bands);
    EXPECT_EQ(mapper.map(done).flash, program.flash);
  }
}

}  // namespace
}  // namespace systolite
