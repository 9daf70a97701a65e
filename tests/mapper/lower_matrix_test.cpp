// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/lower_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "mapper/lower/place.h"
#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

// A pointwise convolution of a 4 x 4 image on a 16 x 16 array: an accumulator half holds 64 entries, four column tiles.
class LowerMatrixTest : public testing::Test {
 protected:
  static constexpr int kEntries = 64;
  static constexpr int kTilesInHalf = 4;

  std::vector<Unit> lower(int filters, LayerCut cut, int channels = 16, bool first = false, int kernel = 1) {
    test::GraphBuilder b;
    const int in = b.activation({1, 4, 4, channels});
    const Graph graph = b.finish(in, b.conv(in, filters, kernel));
    const auto plans = plan_operators(graph, hw);
    const auto& plan = std::get<DensePlan>(plans[0]);
    const Placement placement = place_tensors(graph, plans, hw, false);
    FlashImage flash(hw.flash.base);
    const PackedLayer packed =
        pack_dense(graph, graph.ops[0], plan, fold_layer(graph, graph.ops[0], Rounding::kDouble), hw, flash);
    MatrixLayer layer{.graph = &graph,
                      .op = &graph.ops[0],
                      .op_index = 0,
                      .geometry = &plan.geometry,
                      .packed = &packed,
                      .input = placement.view_of(in),
                      .output = placement.view_of(graph.outputs[0])};
    layer.nkx = plan.nkx;
    layer.string_bytes = plan.string_bytes;
    layer.first = first;
    layer.cut = cut;
    LocalBuffers buffers(hw);
    std::vector<Unit> units;
    lower_matrix(layer, hw, buffers, units);
    return units;
  }

  template <typename Command>
  static std::vector<Command> all(const std::vector<Planned>& commands) {
    std::vector<Command> found;
    for (const Planned& planned : commands) {
      if (const auto* command = std::get_if<Command>(&planned.command)) found.push_back(*command);
    }
    return found;
  }

  static std::vector<isa::Ld> weight_loads(const Unit& unit) {
    auto loads = all<isa::Ld>(unit.loads);
    std::erase_if(loads, [](const isa::Ld& ld) { return ld.space != static_cast<std::int64_t>(isa::Space::kWbuf); });
    return loads;
  }

  HwConfig hw = test::config();
};

TEST_F(LowerMatrixTest, TilesStoredTogetherTakeOneLoadAndOneStreamOfWeights) {
  const auto units = lower(12 * 16, {.blocks = 1, .tiles = kTilesInHalf, .joint = false});
  ASSERT_EQ(units.size(), 3U);  // one a group
  const auto loads = weight_loads(units[1]);
  ASSERT_EQ(loads.size(), 1U);
  EXPECT_EQ(loads[0].rows, 1);
  EXPECT_EQ(loads[0].row_bytes, kTilesInHalf * 16 * 16);
  const auto streams = all<isa::Wl>(units[1].commands);
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_EQ(streams[0].addr, loads[0].dst);
  EXPECT_EQ(streams[0].outer, kTilesInHalf);
  EXPECT_EQ(streams[0].len, 16);
  EXPECT_EQ(streams[0].nt, 16);
  const auto products = all<isa::Mm>(units[1].commands);
  ASSERT_EQ(products.size(), 4U);
  for (std::size_t i = 0; i < products.size(); ++i)  // one behind the other in the same half
    EXPECT_EQ(products[i].acc % kEntries, static_cast<std::int64_t>(i) * 16);
}

TEST_F(LowerMatrixTest, OneCommandComputesAGroupAndOneRequantisesIt) {
  const auto units = lower(12 * 16, {.blocks = 1, .tiles = kTilesInHalf});
  ASSERT_EQ(units.size(), 3U);
  const auto products = all<isa::Mm>(units[1].commands);
  ASSERT_EQ(products.size(), 1U);
  EXPECT_EQ(products[0].tiles, kTilesInHalf);
  EXPECT_EQ(products[0].acc % kEntries, 0);
  std::vector<isa::Requant> requants;
  for (const Unit& unit : units) {
    for (const isa::Requant& requant : all<isa::Requant>(unit.commands)) {
      if (requant.c0 == kTilesInHalf * 16) requants.push_back(requant);
    }
  }
  ASSERT_EQ(requants.size(), 1U);
  EXPECT_EQ(requants[0].nch, kTilesInHalf * 16);
  EXPECT_EQ(requants[0].acc, products[0].acc);
}

TEST_F(LowerMatrixTest, OneRequantisationTakesANarrowerLastTileToo) {
  const auto units = lower(3 * 16 + 8, {.blocks = 1, .tiles = kTilesInHalf, .last_blocks = 1});
  ASSERT_EQ(units.size(), 1U);
  EXPECT_EQ(all<isa::Mm>(units[0].commands).size(), 2U * 4U);  // two blocks; the tiles are loaded one by one
  const auto requants = all<isa::Requant>(units[0].commands);
  ASSERT_EQ(requants.size(), 2U);
  for (const isa::Requant& requant : requants) EXPECT_EQ(requant.nch, 3 * 16 + 8);
}

TEST_F(LowerMatrixTest, NoCommandComputesMoreTilesThanItsFieldHolds) {
  const auto units = lower(40 * 16, {.blocks = 16, .tiles = 40});
  std::int64_t tiles = 0;
  for (const isa::Mm& mm : all<isa::Mm>(units[0].commands)) {
    EXPECT_LE(mm.tiles, 15);
    tiles += mm.tiles;
  }
  EXPECT_GT(all<isa::Mm>(units[0].commands).size(), 4U);
  EXPECT_EQ(tiles % 4, 0);  // four rows of the image
}

TEST_F(LowerMatrixTest, AGroupThatIsNotStoredTogetherLoadsAndStreamsTileByTile) {
  const auto units = lower(3 * 16 + 8, {1, kTilesInHalf});  // the last tile is narrower
  ASSERT_EQ(units.size(), 1U);
  EXPECT_EQ(weight_loads(units[0]).size(), 4U);
  const auto streams = all<isa::Wl>(units[0].commands);
  const auto products = all<isa::Mm>(units[0].commands);
  EXPECT_EQ(streams.size(), products.size());
  EXPECT_TRUE(std::ranges::all_of(streams, [](const isa::Wl& wl) { return wl.outer == 1; }));
}

TEST_F(LowerMatrixTest, FirstAndLastGroupAreCutFiner) {
  const auto units = lower(12 * 16, {.blocks = 1, .tiles = kTilesInHalf, .joint = false});
  std::map<std::int64_t, int> blocks;  // by first channel of a tile
  for (const Unit& unit : units) {
    for (const isa::Requant& requant : all<isa::Requant>(unit.commands)) ++blocks[requant.c0];
  }
  ASSERT_EQ(blocks.size(), 12U);
  for (const auto& [channel, count] : blocks) {
    const auto group = channel / (kTilesInHalf * 16);
    EXPECT_EQ(count, group == 1 ? 1 : 2) << "channel " << channel;
  }
}

TEST_F(LowerMatrixTest, EveryTileComputesEveryPixelOnce) {
  using Cut = LayerCut;
  for (const Cut& cut : {Cut{.blocks = 1, .tiles = 1}, Cut{.blocks = 1, .tiles = 4}, Cut{.blocks = 2, .tiles = 4},
                         Cut{.blocks = 4, .tiles = 3}, Cut{.blocks = 2, .tiles = 4, .joint = false}}) {
    std::set<std::pair<std::int64_t, std::int64_t>> computed;  // channel, pixel
    for (const Unit& unit : lower(12 * 16, cut)) {
      for (const isa::Requant& r : all<isa::Requant>(unit.commands)) {
        for (std::int64_t y = r.oy0; y < r.oy0 + r.nrows; ++y) {
          for (std::int64_t x = r.ox0; x < r.ox0 + r.ncols; ++x) {
            for (std::int64_t c = r.c0; c < r.c0 + r.nch; ++c)
              EXPECT_TRUE(computed.insert({c, y * 4 + x}).second) << c << ": " << y << ", " << x;
          }
        }
      }
    }
    EXPECT_EQ(computed.size(), 12U * 16U * 16U) << cut.blocks << " blocks, " << cut.tiles << " tiles";
  }
}

TEST_F(LowerMatrixTest, TheFirstGroupHasItsOwnTilesAndBlocks) {
  const auto units = lower(12 * 16, {.blocks = 1, .tiles = 4, .first_blocks = 4, .first_tiles = 2, .last_blocks = 1});
  std::map<std::int64_t, int> blocks;  // by first channel of a tile
  std::vector<std::size_t> tiles;      // by unit
  for (const Unit& unit : units) {
    std::set<std::int64_t> channels;
    for (const isa::Requant& requant : all<isa::Requant>(unit.commands)) ++blocks[requant.c0];
    tiles.push_back(weight_loads(unit).front().row_bytes / 256);
  }
  EXPECT_EQ(tiles, (std::vector<std::size_t>{2, 4, 4, 2}));
  for (const auto& [channel, count] : blocks) EXPECT_EQ(count, channel < 2 * 16 ? 4 : 1) << "channel " << channel;
}

// The channels that each product reads, and whether it adds to what is there.
TEST_F(LowerMatrixTest, TheFirstBlockTakesItsInputChannelsInParts) {
  for (const bool first : {false, true}) {
    const auto units =
        lower(2 * 16, {.blocks = 2, .tiles = 1, .first_blocks = 2, .last_blocks = 2, .first_parts = 4}, 64, first);
    ASSERT_EQ(units.size(), 2U);
    const auto products = all<isa::Mm>(units[0].commands);
    ASSERT_EQ(products.size(), 5U);
    for (int part = 0; part < 4; ++part) {
      const isa::Mm& mm = products[static_cast<std::size_t>(part)];
      EXPECT_EQ(mm.c0, 16 * part);
      EXPECT_EQ(mm.len, 16);
      EXPECT_EQ(mm.accumulate, part == 0 ? 0 : 1);
      EXPECT_EQ(mm.acc, products[0].acc);
      EXPECT_EQ(mm.oy0, 0);
    }
    EXPECT_EQ(products[4].len, 64);
    EXPECT_EQ(products[4].accumulate, 0);
    EXPECT_EQ(all<isa::Mm>(units[1].commands).size(), 2U);
    // Only what the network starts with is loaded and streamed in parts.
    const auto loads = weight_loads(units[0]);
    const auto streams = all<isa::Wl>(units[0].commands);
    ASSERT_EQ(loads.size(), first ? 4U : 1U);
    ASSERT_EQ(streams.size(), first ? 5U : 2U);
    for (std::size_t i = 0; i < loads.size(); ++i) {
      EXPECT_EQ(loads[i].mem_addr, loads[0].mem_addr + static_cast<std::int64_t>(i) * 16 * 16);
      EXPECT_EQ(streams[i].addr, loads[i].dst);
      EXPECT_EQ(streams[i].len * 16, loads[i].row_bytes);
    }
  }
}

TEST_F(LowerMatrixTest, PartsOfALargerKernelAreItsRows) {
  const auto units =
      lower(16, {.blocks = 1, .tiles = 1, .first_blocks = 1, .last_blocks = 1, .first_parts = 2}, 16, true, 3);
  ASSERT_EQ(units.size(), 1U);
  const auto products = all<isa::Mm>(units[0].commands);
  ASSERT_EQ(products.size(), 2U);
  EXPECT_EQ(products[0].ky0, 0);
  EXPECT_EQ(products[0].nky, 2);
  EXPECT_EQ(products[1].ky0, 2);
  EXPECT_EQ(products[1].nky, 1);
  EXPECT_EQ(products[1].accumulate, 1);
  const auto loads = weight_loads(units[0]);
  ASSERT_EQ(loads.size(), 2U);
  EXPECT_EQ(loads[0].row_bytes, 2 * 48 * 16);
  EXPECT_EQ(loads[1].mem_addr, loads[0].mem_addr + 2 * 48 * 16);
  EXPECT_EQ(loads[1].row_bytes, 48 * 16);
  const auto streams = all<isa::Wl>(units[0].commands);
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0].outer, 2);
  EXPECT_EQ(streams[1].outer, 1);
}

TEST_F(LowerMatrixTest, APartReadsOnlyItsChannels) {
  const auto units = lower(16, {.blocks = 1, .tiles = 1, .first_blocks = 1, .last_blocks = 1, .first_parts = 4}, 64);
  std::vector<std::pair<int, int>> windows;
  for (const Planned& planned : units[0].commands) {
    if (!std::holds_alternative<isa::Mm>(planned.command)) continue;
    for (const Access& access : planned.footprint.accesses) {
      if (access.memory != Memory::kScratchpad) continue;
      ASSERT_TRUE(access.window);
      windows.emplace_back(access.window->first, access.window->end);
    }
  }
  EXPECT_EQ(windows, (std::vector<std::pair<int, int>>{{0, 16}, {16, 32}, {32, 48}, {48, 64}}));
}

// A row of the image is a block, which is less than a bank.
TEST_F(LowerMatrixTest, SmallBlocksGoRoundTheBanks) {
  std::vector<std::int64_t> entries;
  for (const Unit& unit : lower(16, {.blocks = 4, .tiles = 1, .first_blocks = 4, .last_blocks = 4})) {
    for (const isa::Mm& mm : all<isa::Mm>(unit.commands)) {
      EXPECT_LE(mm.nrows * mm.ncols, hw.acc_bank_entries());
      entries.push_back(mm.acc);
    }
  }
  const std::int64_t bank = hw.acc_bank_entries();
  EXPECT_EQ(entries, (std::vector<std::int64_t>{2 * bank, 3 * bank, 0, bank}));
}

TEST_F(LowerMatrixTest, RequantisationOfSomeBanksLiesBetweenTheProductsOfOthers) {
  struct Use {
    bool product;
    std::int64_t bank;
  };
  const std::int64_t bank = hw.acc_bank_entries();
  std::vector<Use> uses;
  for (const Unit& unit : lower(12 * 16, {.blocks = 1, .tiles = kTilesInHalf, .joint = false})) {
    for (const Planned& planned : unit.commands) {
      if (const auto* mm = std::get_if<isa::Mm>(&planned.command)) uses.push_back({true, mm->acc / bank});
      if (const auto* r = std::get_if<isa::Requant>(&planned.command)) uses.push_back({false, r->acc / bank});
    }
  }
  // Four products make the first block; then one requantisation of it behind each product of the next, and so on; the
  // last block has nothing to lie between.
  ASSERT_EQ(uses.size(), 2U * 5U * kTilesInHalf);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const bool expected = i < kTilesInHalf || (i < uses.size() - kTilesInHalf && i % 2 == 0);
    EXPECT_EQ(uses[i].product, expected) << i;
    if (i > 0 && i < uses.size() - kTilesInHalf && !uses[i].product) {
      EXPECT_NE(uses[i].bank, uses[i - 1].bank) << i;
    }
  }
}

}  // namespace
}  // namespace systolite
