// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

constexpr Range kHalves[] = {{0, 64}, {64, 128}};  // of the accumulator

Planned product(int half, const Range& from) {
  Footprint footprint;
  footprint.read(Memory::kScratchpad, from);
  footprint.write(Memory::kAccumulator, kHalves[half]);
  isa::Mm mm;
  mm.nrows = 8;
  mm.ncols = 8;
  mm.acc = kHalves[half].begin;
  mm.len = 16;
  return {mm, footprint};
}

Planned requantisation(int half, const Range& to) {
  Footprint footprint;
  footprint.read(Memory::kAccumulator, kHalves[half]);
  footprint.write(Memory::kScratchpad, to);
  isa::Requant requant;
  requant.acc = kHalves[half].begin;
  return {requant, footprint};
}

Planned addition(const Range& operand, const Range& to) {
  Footprint footprint;
  footprint.read(Memory::kScratchpad, operand);
  footprint.write(Memory::kScratchpad, to);
  isa::Add add;
  add.in1 = operand.begin;
  add.out = to.begin;
  add.len = operand.end - operand.begin;
  return {add, footprint};
}

Planned pooling(const Range& operand, const Range& to) {
  Footprint footprint;
  footprint.read(Memory::kScratchpad, operand);
  footprint.write(Memory::kScratchpad, to);
  return {isa::Pool{}, footprint};
}

Planned output(std::uint32_t base) {
  isa::VecCfgOut cfg;
  cfg.base = base;
  return {cfg, {}};
}

Planned strides(std::int64_t bytes) {
  isa::LdCfg cfg;
  cfg.mem_stride = bytes;
  return {cfg, {}};
}

Planned load(Memory memory, const Range& to, std::int64_t rows = 1) {
  Footprint footprint;
  footprint.write(memory, to);
  isa::Ld ld;
  ld.space = static_cast<std::int64_t>(memory == Memory::kWeights ? isa::Space::kWbuf : isa::Space::kSpm);
  ld.dst = to.begin;
  ld.rows = rows;
  ld.row_bytes = (to.end - to.begin) / static_cast<std::uint32_t>(rows);
  return {ld, footprint};
}

Planned weights(const Range& from) {
  Footprint footprint;
  footprint.read(Memory::kWeights, from);
  isa::Wl wl;
  wl.addr = from.begin;
  return {wl, footprint};
}

Planned store(const Range& from) {
  Footprint footprint;
  footprint.read(Memory::kScratchpad, from);
  isa::St st;
  st.src = from.begin;
  st.row_bytes = from.end - from.begin;
  return {st, footprint};
}

// A command by name, with what tells it from others of its name.
std::string brief(const isa::Command& command) {
  const auto any = isa::decode(command);
  if (const auto* c = std::get_if<isa::Mm>(&any)) return "mm " + std::to_string(c->acc);
  if (const auto* c = std::get_if<isa::Requant>(&any)) return "requant " + std::to_string(c->acc);
  if (const auto* c = std::get_if<isa::Add>(&any)) return "add " + std::to_string(c->in1);
  if (const auto* c = std::get_if<isa::VecCfgOut>(&any)) return "out " + std::to_string(c->base);
  if (const auto* c = std::get_if<isa::St>(&any)) return "st " + std::to_string(c->src);
  if (std::holds_alternative<isa::Pool>(any)) return "pool";
  if (std::holds_alternative<isa::End>(any)) return "end";
  return "other";
}

std::vector<std::string> brief(const JobStep& job) {
  std::vector<std::string> text;
  for (const isa::Command& command : job.commands) text.push_back(brief(command));
  return text;
}

using Texts = std::vector<std::string>;

// A layer of two blocks, and behind it one that works on its results block by block.
std::vector<Unit> layer_with(const Planned& first, const Planned& second) {
  const Range input{0, 256};
  const Range a{16384, 16640};
  const Range b{16640, 16896};
  Unit layer{.op = 0, .loads = {}, .weights = {}, .tables = {}, .loads_tables = false, .commands = {}};
  layer.commands = {product(0, input), output(1), requantisation(0, a),
                    product(1, input), output(1), requantisation(1, b)};
  Unit follower{.op = 1, .loads = {}, .weights = {}, .tables = {}, .loads_tables = false, .commands = {}};
  follower.commands = {output(2), first, output(2), second};
  return {layer, follower};
}

JobStep schedule(const std::vector<Unit>& units) {
  const HwConfig hw = test::config();
  Schedule schedule(hw);
  schedule.run(units);
  return schedule.finish();
}

TEST(ScheduleTest, AdditionComesRightBehindWhatItReadsWithItsOwnConfiguration) {
  const auto units = layer_with(addition({16384, 16640}, {65536, 65792}), addition({16640, 16896}, {65792, 66048}));
  const JobStep job = schedule(units);
  EXPECT_EQ(brief(job), (Texts{"mm 0", "out 1", "requant 0", "out 2", "add 16384", "mm 64", "out 1", "requant 64",
                               "out 2", "add 16640", "end"}));
  EXPECT_EQ(job.op_of_command, (std::vector<int>{0, 0, 0, 1, 1, 0, 0, 0, 1, 1, -1}));
}

TEST(ScheduleTest, PoolingComesRightBehindTheLastThingItReads) {
  // The first window reads the first block only, the second both.
  const auto units = layer_with(pooling({16384, 16640}, {65536, 65552}), pooling({16384, 16896}, {65552, 65568}));
  EXPECT_EQ(brief(schedule(units)), (Texts{"mm 0", "out 1", "requant 0", "out 2", "pool", "mm 64", "out 1",
                                           "requant 64", "out 2", "pool", "end"}));
}

TEST(ScheduleTest, AdditionsStayInTheirOrderAndShareTheirConfiguration) {
  const auto units = layer_with(addition({16640, 16896}, {65792, 66048}), addition({16640, 16768}, {65536, 65664}));
  EXPECT_EQ(brief(schedule(units)),
            (Texts{"mm 0", "out 1", "requant 0", "mm 64", "requant 64", "out 2", "add 16640", "add 16640", "end"}));
}

TEST(ScheduleTest, AStoreComesRightBehindWhatItStores) {
  auto units = layer_with(store({16384, 16640}), store({16640, 16896}));
  std::erase_if(units[1].commands, [](const Planned& p) { return std::holds_alternative<isa::VecCfgOut>(p.command); });
  EXPECT_EQ(brief(schedule(units)),
            (Texts{"mm 0", "out 1", "requant 0", "st 16384", "mm 64", "requant 64", "st 16640", "end"}));
}

TEST(ScheduleTest, StoresStayInTheirOrder) {
  auto units = layer_with(store({16640, 16896}), store({16384, 16640}));
  std::erase_if(units[1].commands, [](const Planned& p) { return std::holds_alternative<isa::VecCfgOut>(p.command); });
  EXPECT_EQ(brief(schedule(units)),
            (Texts{"mm 0", "out 1", "requant 0", "mm 64", "requant 64", "st 16640", "st 16384", "end"}));
}

TEST(ScheduleTest, AdditionDoesNotOvertakeWhoReadsWhatItOverwrites) {
  // The result lies where the array still reads its input.
  const auto units = layer_with(addition({16384, 16640}, {0, 256}), addition({16640, 16896}, {65536, 65792}));
  const auto order = brief(schedule(units));
  EXPECT_LT(std::ranges::find(order, "mm 64"), std::ranges::find(order, "add 16384"));
}

// Units that use the weight buffer in turns of `slots`, each with several commands.
std::vector<Unit> units_with_weights(int count, int slots) {
  constexpr std::uint32_t kBytes = 256;
  constexpr int kBlocks = 3;
  std::vector<Unit> units;
  for (int i = 0; i < count; ++i) {
    const auto begin = static_cast<std::uint32_t>(i % slots) * kBytes;
    const Range buffer{begin, begin + kBytes};
    Unit unit{.op = i, .loads = {}, .weights = buffer, .tables = {}, .loads_tables = false, .commands = {}};
    unit.loads = {load(Memory::kWeights, buffer)};
    for (int block = 0; block < kBlocks; ++block) {
      unit.commands.push_back(weights(buffer));
      unit.commands.push_back(product(block % 2, {0, 256}));
    }
    units.push_back(std::move(unit));
  }
  return units;
}

template <typename Command>
std::vector<std::size_t> places_of(const JobStep& job, int op) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    if (job.op_of_command[i] == op && std::holds_alternative<Command>(isa::decode(job.commands[i])))
      places.push_back(i);
  }
  return places;
}

TEST(ScheduleTest, LoadsRunAheadButNeverIntoBuffersWithCommandsToCome) {
  constexpr int kUnits = 8;
  for (const int slots : {1, 2, 3}) {
    const JobStep job = schedule(units_with_weights(kUnits, slots));
    int ahead = 0;
    for (int op = 0; op < kUnits; ++op) {
      const auto loads = places_of<isa::Ld>(job, op);
      ASSERT_EQ(loads.size(), 1U);
      EXPECT_LT(loads[0], places_of<isa::Wl>(job, op).front());
      if (op >= slots) {
        EXPECT_GT(loads[0], places_of<isa::Wl>(job, op - slots).back()) << slots << " buffers, unit " << op;
      }
      if (op > 0 && loads[0] < places_of<isa::Mm>(job, op - 1).back()) ++ahead;
    }
    EXPECT_EQ(ahead > 0, slots > 1);
  }
}

// A long layer on a slow array in front of a large weight buffer: nothing but the token counters limits the loads.
TEST(ScheduleTest, LoadsDoNotRunSoFarAheadThatTokensOverflow) {
  constexpr int kUnits = 600;
  const JobStep job = schedule(units_with_weights(kUnits, kUnits));
  // Loads of later units in the stream when the last product of a unit comes.
  int loaded = 0;
  int ahead = 0;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    const auto command = isa::decode(job.commands[i]);
    if (std::holds_alternative<isa::Ld>(command)) ++loaded;
    if (std::holds_alternative<isa::Mm>(command)) ahead = std::max(ahead, loaded - job.op_of_command[i] - 1);
  }
  EXPECT_EQ(loaded, kUnits);
  EXPECT_GT(ahead, 150);
  EXPECT_LT(ahead, 250);
}

TEST(ScheduleTest, LoadsStayInTheOrderOfTheUnits) {
  const JobStep job = schedule(units_with_weights(8, 3));
  std::vector<int> order;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    if (std::holds_alternative<isa::Ld>(isa::decode(job.commands[i]))) order.push_back(job.op_of_command[i]);
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

// Every load of rows tells the strides it wants by its address in the destination; weights and activations alternate.
TEST(ScheduleTest, StridesStayWithTheirLoad) {
  constexpr int kUnits = 6;
  constexpr std::int64_t kRows = 4;
  const HwConfig hw = test::config();
  Schedule schedule(hw);
  std::vector<Planned> activations;
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    activations.push_back(strides(1000 + i));
    activations.push_back(load(Memory::kScratchpad, {i * 256, i * 256 + 256}, kRows));
  }
  schedule.defer_loads(activations, 0);
  std::vector<Unit> units;
  for (std::uint32_t i = 0; i < kUnits; ++i) {
    const Range buffer{i * 256, i * 256 + 256};
    Unit unit{.op = 1, .loads = {}, .weights = buffer, .tables = {}, .loads_tables = false, .commands = {}};
    unit.loads = {strides(2000 + i), load(Memory::kWeights, buffer, kRows)};
    unit.commands = {weights(buffer), product(static_cast<int>(i % 2), {i * 256, i * 256 + 256})};
    units.push_back(std::move(unit));
  }
  schedule.run(units);
  const JobStep job = schedule.finish();
  std::int64_t in_force = 0;
  int loads = 0;
  for (const isa::Command& command : job.commands) {
    const auto any = isa::decode(command);
    if (const auto* cfg = std::get_if<isa::LdCfg>(&any)) in_force = cfg->mem_stride;
    const auto* ld = std::get_if<isa::Ld>(&any);
    if (ld == nullptr) continue;
    const bool is_weights = ld->space == static_cast<std::int64_t>(isa::Space::kWbuf);
    EXPECT_EQ(in_force, (is_weights ? 2000 : 1000) + ld->dst / 256);
    ++loads;
  }
  EXPECT_EQ(loads, 2 * kUnits);
}

TEST(ScheduleTest, DeferredLoadsComeBeforeTheirReaderAndNotAllAtOnce) {
  const HwConfig hw = test::config();
  Schedule schedule(hw);
  std::vector<Planned> activations;
  Unit unit{.op = 1, .loads = {}, .weights = {}, .tables = {}, .loads_tables = false, .commands = {}};
  constexpr std::uint32_t kRows = 6;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    const Range row{i * 256, i * 256 + 256};
    activations.push_back(load(Memory::kScratchpad, row));
    unit.commands.push_back(product(static_cast<int>(i % 2), row));
  }
  schedule.defer_loads(activations, 0);
  schedule.run({unit});
  const JobStep job = schedule.finish();
  const auto loads = places_of<isa::Ld>(job, 0);
  const auto products = places_of<isa::Mm>(job, 1);
  ASSERT_EQ(loads.size(), kRows);
  ASSERT_EQ(products.size(), kRows);
  for (std::size_t i = 0; i < kRows; ++i) EXPECT_LT(loads[i], products[i]);
  EXPECT_GT(loads.back(), products.front());
}

TEST(ScheduleTest, ActivationsComeBeforeTheWeightsOfLaterUnits) {
  const HwConfig hw = test::config();
  Schedule schedule(hw);
  constexpr std::uint32_t kRows = 6;
  std::vector<Planned> activations;
  auto units = units_with_weights(4, 4);
  units[0].commands.clear();
  for (std::uint32_t i = 0; i < kRows; ++i) {
    const Range row{i * 256, i * 256 + 256};
    activations.push_back(load(Memory::kScratchpad, row));
    units[0].commands.push_back(weights({0, 256}));
    units[0].commands.push_back(product(static_cast<int>(i % 2), row));
  }
  schedule.defer_loads(activations, 9);
  schedule.run(units);
  const JobStep job = schedule.finish();
  EXPECT_LT(places_of<isa::Ld>(job, 9).back(), places_of<isa::Ld>(job, 1).front());
}

TEST(ScheduleTest, WithoutPrefetchLoadsWaitForTheUnitBefore) {
  const HwConfig hw = test::config();
  Schedule schedule(hw, /*prefetch=*/false);
  schedule.run(units_with_weights(4, 4));
  schedule.run(units_with_weights(4, 4));
  const JobStep job = schedule.finish();
  const std::uint32_t matrix = isa::mask(isa::Engine::kMm);
  int waits = 0;
  std::size_t last_product = 0;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    const auto any = isa::decode(job.commands[i]);
    if (std::holds_alternative<isa::Mm>(any)) last_product = i;
    const auto* ld = std::get_if<isa::Ld>(&any);
    if (ld == nullptr || last_product == 0) continue;
    EXPECT_NE(ld->wait & matrix, 0U) << i;
    const auto product = isa::decode(job.commands[last_product]);
    EXPECT_NE(std::get<isa::Mm>(product).signal & isa::mask(isa::Engine::kLd), 0U) << last_product;
    ++waits;
  }
  EXPECT_EQ(waits, 7);
}

TEST(ScheduleTest, SameUnitsGiveTheSameStream) {
  const auto units = units_with_weights(8, 3);
  const JobStep a = schedule(units);
  const JobStep b = schedule(units);
  EXPECT_EQ(a.commands, b.commands);
  EXPECT_EQ(a.op_of_command, b.op_of_command);
}

}  // namespace
}  // namespace systolite
