// SPDX-License-Identifier: Apache-2.0
#include "mapper/lower/stream_builder.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/mapper/graph_builder.h"

namespace systolite {
namespace {

using isa::Engine;

constexpr std::size_t kEngines = 5;

struct Step {
  std::size_t engine;
  Footprint footprint;
};

isa::AnyCommand command_for(std::size_t engine) {
  switch (static_cast<Engine>(engine)) {
    case Engine::kLd:
      return isa::Ld{};
    case Engine::kWl:
      return isa::Wl{};
    case Engine::kMm:
      return isa::Mm{};
    case Engine::kVec:
      return isa::Add{};
    default:
      return isa::St{};
  }
}

// ordered[a][b]: a completes before b starts whatever the timing. Follows from tokens (i-th signal of p to c is taken
// by the i-th wait of c on p), from completion in order within an engine, and from transitivity.
std::vector<std::vector<bool>> order_by_tokens(const std::vector<isa::Command>& commands) {
  const std::size_t n = commands.size();
  std::vector<std::vector<bool>> before(n, std::vector<bool>(n, false));
  std::array<std::array<std::vector<std::size_t>, kEngines>, kEngines> signals;
  std::array<std::array<std::size_t, kEngines>, kEngines> taken{};
  for (std::size_t i = 0; i < n; ++i) {
    const auto any = isa::decode(commands[i]);
    if (std::holds_alternative<isa::End>(any)) continue;
    const auto [engine, wait, signal] = std::visit(
        [](const auto& c) { return std::tuple(static_cast<std::size_t>(isa::engine_of(c.kOpcode)), c.wait, c.signal); },
        any);
    for (std::size_t e = 0; e < kEngines; ++e) {
      if ((signal >> e & 1U) != 0) signals[engine][e].push_back(i);
    }
    for (std::size_t p = 0; p < kEngines; ++p) {
      if ((wait >> p & 1U) == 0) continue;
      const std::size_t producer = signals[p][engine].at(taken[p][engine]++);
      // Everything that completes before the producer, the producer's own engine up to it included.
      for (std::size_t j = 0; j <= producer; ++j) {
        const auto other = isa::decode(commands[j]);
        const bool same_engine =
            static_cast<std::size_t>(std::visit([](const auto& c) { return isa::engine_of(c.kOpcode); }, other)) == p;
        if (j == producer || same_engine || before[j][producer]) before[j][i] = true;
      }
    }
    for (std::size_t j = 0; j < i; ++j) {  // what an earlier command of this engine waited for is complete too
      const auto other = isa::decode(commands[j]);
      if (static_cast<std::size_t>(std::visit([](const auto& c) { return isa::engine_of(c.kOpcode); }, other)) !=
          engine)
        continue;
      for (std::size_t k = 0; k < j; ++k) {
        if (before[k][j]) before[k][i] = true;
      }
    }
  }
  return before;
}

bool touches_same(const Footprint& a, const Footprint& b, const HwConfig& hw) {
  for (const Access& x : a.accesses) {
    for (const Access& y : b.accesses) {
      if (x.memory != y.memory) continue;
      if ((x.write || y.write) && x.range.overlaps(y.range)) return true;
      const auto bank = static_cast<std::uint32_t>(hw.bank_bytes());
      if (x.memory == Memory::kScratchpad && x.write == y.write && x.range.begin / bank <= (y.range.end - 1) / bank &&
          y.range.begin / bank <= (x.range.end - 1) / bank) {
        return true;
      }
    }
  }
  return false;
}

TEST(StreamBuilderTest, OrdersEveryPairThatTouchesTheSameMemory) {
  const HwConfig hw = test::config();
  int ordered_pairs = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](unsigned n) { return static_cast<std::uint32_t>(random() % n); };
    StreamBuilder builder(hw);
    std::vector<Step> steps;
    for (int i = 0; i < 80; ++i) {
      Step step{draw(kEngines), {}};
      for (std::uint32_t a = 0; a <= draw(2); ++a) {
        const auto memory = static_cast<Memory>(draw(3));
        const std::uint32_t begin = draw(100000);
        const Range range{begin, begin + 1 + draw(8000)};
        draw(2) == 0 ? step.footprint.read(memory, range) : step.footprint.write(memory, range);
      }
      builder.add(command_for(step.engine), 0, step.footprint);
      steps.push_back(step);
    }
    const JobStep job = builder.finish();
    const auto before = order_by_tokens(job.commands);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (steps[i].engine == steps[j].engine || !touches_same(steps[i].footprint, steps[j].footprint, hw)) continue;
        EXPECT_TRUE(before[j][i]) << "seed " << seed << ": command " << j << " before " << i;
        ++ordered_pairs;
      }
    }
  }
  EXPECT_GT(ordered_pairs, 1000);
}

TEST(StreamBuilderTest, DoesNotOrderWhatIsIndependent) {
  const HwConfig hw = test::config();
  StreamBuilder builder(hw);
  Footprint a;
  a.write(Memory::kWeights, Range{0, 100});
  Footprint b;
  b.read(Memory::kWeights, Range{100, 200});
  builder.add(isa::Ld{}, 0, a);
  builder.add(isa::Wl{}, 0, b);
  const JobStep job = builder.finish();
  EXPECT_EQ(isa::decode_ld(job.commands[0]).signal, 0U);
  EXPECT_EQ(isa::decode_wl(job.commands[1]).wait, 0U);
}

TEST(StreamBuilderTest, WaitsOnceForWhatAnotherWaitImplies) {
  const HwConfig hw = test::config();
  StreamBuilder builder(hw);
  Footprint load;
  load.write(Memory::kScratchpad, Range{0, 16});
  Footprint matrix;
  matrix.read(Memory::kScratchpad, Range{0, 16});
  matrix.write(Memory::kAccumulator, Range{0, 64});
  Footprint vector;
  vector.read(Memory::kAccumulator, Range{0, 64});
  vector.write(Memory::kScratchpad, Range{0, 16});
  builder.add(isa::Ld{}, 0, load);
  builder.add(isa::Mm{}, 0, matrix);
  builder.add(isa::Requant{}, 0, vector);  // needs ld and mm, and mm implies ld
  const JobStep job = builder.finish();
  EXPECT_EQ(isa::decode_requant(job.commands[2]).wait, 1U << static_cast<unsigned>(Engine::kMm));
  EXPECT_EQ(isa::decode_ld(job.commands[0]).signal, 1U << static_cast<unsigned>(Engine::kMm));
}

// Tokens that the second of two commands waits for: one written through `a`, one read through `b`, of the same range.
std::uint32_t waits_behind(const std::optional<ChannelWindow>& a, const std::optional<ChannelWindow>& b) {
  const HwConfig hw = test::config();
  StreamBuilder builder(hw);
  Footprint writer;
  writer.write(Memory::kScratchpad, std::vector{Range{0, 4096}}, a);
  Footprint reader;
  reader.read(Memory::kScratchpad, std::vector{Range{0, 4096}}, b);
  builder.add(isa::Requant{}, 0, writer);
  builder.add(isa::Mm{}, 1, reader);
  const JobStep job = builder.finish();
  const std::uint32_t wait = isa::decode_mm(job.commands[1]).wait;
  EXPECT_EQ(isa::decode_requant(job.commands[0]).signal != 0, wait != 0);
  return wait;
}

constexpr std::uint32_t kForVector = 1U << static_cast<unsigned>(Engine::kVec);

TEST(StreamBuilderTest, OtherChannelsOfTheSameImageNeedNoOrder) {
  EXPECT_EQ(waits_behind(ChannelWindow{0, 2, 64, 0, 16}, ChannelWindow{0, 2, 64, 16, 32}), 0U);
  EXPECT_EQ(waits_behind(ChannelWindow{0, 2, 64, 16, 32}, ChannelWindow{0, 2, 64, 0, 16}), 0U);
}

TEST(StreamBuilderTest, SharedChannelsNeedOrder) {
  EXPECT_EQ(waits_behind(ChannelWindow{0, 2, 64, 0, 17}, ChannelWindow{0, 2, 64, 16, 32}), kForVector);
  EXPECT_EQ(waits_behind(ChannelWindow{0, 2, 64, 0, 64}, ChannelWindow{0, 2, 64, 16, 32}), kForVector);
}

TEST(StreamBuilderTest, ChannelsOfDifferentLayoutsNeedOrder) {
  const ChannelWindow window{0, 2, 64, 0, 16};
  EXPECT_EQ(waits_behind(window, ChannelWindow{16, 2, 64, 16, 32}), kForVector);
  EXPECT_EQ(waits_behind(window, ChannelWindow{0, 1, 64, 16, 32}), kForVector);
  EXPECT_EQ(waits_behind(window, ChannelWindow{0, 2, 32, 16, 32}), kForVector);
}

TEST(StreamBuilderTest, AllChannelsOfARangeNeedOrder) {
  EXPECT_EQ(waits_behind({}, ChannelWindow{0, 2, 64, 16, 32}), kForVector);
  EXPECT_EQ(waits_behind(ChannelWindow{0, 2, 64, 0, 16}, {}), kForVector);
  EXPECT_EQ(waits_behind({}, {}), kForVector);
}

// Tokens that an mm waits for behind vector work that touches `other`; the array reads `range` and bytes beside it.
std::uint32_t waits_at_port(const Range& other, bool written, const Range& range, std::uint32_t before,
                            std::uint32_t after) {
  const HwConfig hw = test::config();
  StreamBuilder builder(hw);
  Footprint vector;
  written ? vector.write(Memory::kScratchpad, other) : vector.read(Memory::kScratchpad, other);
  Footprint matrix;
  matrix.read(Memory::kScratchpad, range);
  matrix.accesses.back().before = before;
  matrix.accesses.back().after = after;
  builder.add(isa::Add{}, 0, vector);
  builder.add(isa::Mm{}, 0, matrix);
  return isa::decode_mm(builder.finish().commands[1]).wait;
}

TEST(StreamBuilderTest, BytesBesideARangeOccupyThePortOfTheirBank) {
  const HwConfig hw = test::config();
  const auto bank = static_cast<std::uint32_t>(hw.bank_bytes());
  const auto size = static_cast<std::uint32_t>(hw.scratchpad_bytes);
  const Range first{0, bank};
  const Range second{bank, 2 * bank};
  const Range last{size - bank, size};
  EXPECT_EQ(waits_at_port(first, false, second, 0, 0), 0U);
  EXPECT_EQ(waits_at_port(first, false, second, 16, 0), kForVector);
  EXPECT_EQ(waits_at_port(second, false, first, 0, 0), 0U);
  EXPECT_EQ(waits_at_port(second, false, first, 0, 16), kForVector);
  // Addresses wrap around.
  EXPECT_EQ(waits_at_port(last, false, first, 16, 0), kForVector);
  EXPECT_EQ(waits_at_port(first, false, last, 0, 16), kForVector);
  // In front of a range that begins inside its bank.
  EXPECT_EQ(waits_at_port(first, false, {bank + 16, 2 * bank}, 16, 0), 0U);
  // What is read there is not used, and writing has a port of its own.
  EXPECT_EQ(waits_at_port(first, true, second, 16, 0), 0U);
}

TEST(StreamBuilderTest, EndsTheStream) {
  const HwConfig hw = test::config();
  StreamBuilder builder(hw);
  const JobStep job = builder.finish();
  ASSERT_EQ(job.commands.size(), 1U);
  EXPECT_EQ(isa::to_text(job.commands[0]), "end");
}

}  // namespace
}  // namespace systolite
