// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/transfers.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

constexpr std::uint32_t kSram = 0x20000000;

// How often each byte of a tensor at `base` in the scratchpad leaves, by its offset; its place in memory is checked.
std::vector<int> bytes_stored(const std::vector<Planned>& plan, const View& view, std::size_t bytes) {
  std::vector<int> stored(bytes, 0);
  isa::StCfg strides;
  for (const Planned& planned : plan) {
    if (const auto* cfg = std::get_if<isa::StCfg>(&planned.command)) strides = *cfg;
    const auto* st = std::get_if<isa::St>(&planned.command);
    if (st == nullptr) continue;
    for (std::int64_t row = 0; row < st->rows; ++row) {
      for (std::int64_t b = 0; b < st->row_bytes; ++b) {
        const std::int64_t offset = st->src + row * strides.pitch + b - view.base;
        EXPECT_EQ(st->mem_addr + row * strides.mem_stride + b - kSram, offset);
        ++stored.at(static_cast<std::size_t>(offset));
      }
    }
  }
  return stored;
}

class StoreTensorTest : public testing::TestWithParam<std::pair<int, int>> {};  // pixels, channels

TEST_P(StoreTensorTest, EveryByteLeavesOnce) {
  const auto [pixels, channels] = GetParam();
  View view;
  view.base = 4096;
  view.height = 1;
  view.row_bytes = static_cast<std::uint32_t>(pixels * channels);
  view.pitch = view.row_bytes;
  const auto plan = store_tensor(view, channels, kSram, test::config());
  EXPECT_EQ(bytes_stored(plan, view, view.row_bytes), std::vector<int>(view.row_bytes, 1));
}

INSTANTIATE_TEST_SUITE_P(Shapes, StoreTensorTest,
                         testing::Values(std::pair(1, 1), std::pair(1, 12), std::pair(1, 640), std::pair(1, 9000),
                                         std::pair(256, 256), std::pair(7, 17), std::pair(1024, 16), std::pair(3, 5000),
                                         std::pair(100, 33)));

TEST(StoreTensorTest, ChannelsThatAreMadeFirstNeedNotWaitForTheLast) {
  View view;
  view.height = 256;
  view.row_bytes = 256;
  view.pitch = 256;
  Footprint last_tile;  // the vector engine writes channels 240 to 255 of all pixels
  last_tile.write(Memory::kScratchpad, std::vector<Range>{{0, 65536}}, ChannelWindow{0, 0, 256, 240, 256});
  int early = 0;
  int late = 0;
  for (const Planned& planned : store_tensor(view, 256, kSram, test::config())) {
    if (const auto* st = std::get_if<isa::St>(&planned.command))
      (last_tile.conflicts(planned.footprint) ? late : early) += static_cast<int>(st->rows * st->row_bytes);
  }
  EXPECT_EQ(early, 256 * 240);
  EXPECT_EQ(late, 256 * 16);
}

TEST(LoadTensorTest, LongRowsComeInPieces) {
  View view;
  view.height = 1;
  view.row_bytes = 65536;
  view.pitch = 65536;
  std::int64_t next = 0;
  for (const Planned& planned : load_tensor(view, kSram, test::config())) {
    const auto& ld = std::get<isa::Ld>(planned.command);
    EXPECT_EQ(ld.dst, next);
    EXPECT_EQ(ld.mem_addr, kSram + next);
    EXPECT_LE(ld.row_bytes, 1024);
    next += ld.row_bytes;
  }
  EXPECT_EQ(next, 65536);
}

}  // namespace
}  // namespace systolite
