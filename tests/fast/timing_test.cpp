// SPDX-License-Identifier: Apache-2.0
// The timing model against numbers worked out by hand from hw/TIMING.md, and what it refuses.
#include "sim/fast/timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "sim/core/error.h"
#include "tests/fast/configuration.h"
#include "tests/fast/random_stream.h"

namespace systolite::fast {
namespace {

constexpr std::uint32_t kLd = 1, kWl = 2, kMm = 4, kVec = 8;  // bits of wait and signal
constexpr std::size_t kLdEngine = 0, kWlEngine = 1, kMmEngine = 2, kVecEngine = 3, kStEngine = 4;

class TimingTest : public testing::Test {
 protected:
  HwConfig hw = configuration("base_16x16");
  std::uint32_t place = hw.flash.base;

  JobTiming time(const std::vector<isa::Command>& stream) {
    const TimingModel model(hw);
    BusTiming memory(hw);
    return model.time(model.prepare(stream), place, memory);
  }
  std::string refusal(const std::vector<isa::Command>& stream) {
    try {
      time(stream);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kDevice);
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }
};

template <typename... Commands>
std::vector<isa::Command> stream(const Commands&... commands) {
  return {isa::encode(commands)..., isa::encode(isa::End{})};
}

std::vector<Cycles> list(std::span<const Cycles> cycles) { return {cycles.begin(), cycles.end()}; }

// Request 1, address on the bus 2, first beat 2 + 8; a command is two beats. The first command is at the head from 13.
TEST_F(TimingTest, AnEmptyJobIsFetchAndEnd) { EXPECT_EQ(time(stream()).cycles, 14); }

TEST_F(TimingTest, TheLatencyOfTheMemoryDelaysTheFetch) {
  hw.flash.read_latency_cycles = 20;
  EXPECT_EQ(time(stream()).cycles, 26);
  place = hw.sram.base;
  EXPECT_EQ(time(stream()).cycles, 8);
}

// ld: dispatched 13, popped 14, request 16, address 17, 64 bytes are 8 beats from 19 (SRAM) to 26, done 27.
TEST_F(TimingTest, ALoadTakesTheWalkAndTheBus) {
  const JobTiming job = time(stream(isa::Ld{.mem_addr = hw.sram.base, .row_bytes = 64}));
  EXPECT_EQ(list(job.pop_cycles(kLdEngine)), (std::vector<Cycles>{14}));
  EXPECT_EQ(list(job.done_cycles(kLdEngine)), (std::vector<Cycles>{27}));
  EXPECT_EQ(job.cycles, 29);
  EXPECT_EQ(job.traffic, (BusTraffic{.fetch_beats = 4, .load_beats = 8}));
  EXPECT_EQ(job.states[kLdEngine][static_cast<std::size_t>(isa::State::kBusy)], 1 + 8);  // pop and beats
}

// st: popped 14, issue 16, address 17, first read 17, on the bus 19 .. 22; response 2 later, done one more.
TEST_F(TimingTest, AStoreTakesTheScratchpadTheBusAndTheResponse) {
  const JobTiming job = time(stream(isa::St{.mem_addr = hw.sram.base, .row_bytes = 32}));
  EXPECT_EQ(list(job.done_cycles(kStEngine)), (std::vector<Cycles>{22 + 2 + 1}));
}

// wl: popped 14, rows 15 .. 22, done 24. mm behind it: dispatched 15 (its beats come two cycles after), popped 16,
// enters 17, takes the tile there since 16 in 17, six positions 18 .. 23, done 17 + 6 + 16 + 16 + 4.
TEST_F(TimingTest, AMatrixCommandTakesItsTilesAndTheArray) {
  const JobTiming job = time(stream(isa::Wl{.len = 8, .tile_rows = 16}, isa::Mm{.nrows = 2, .ncols = 3, .len = 8}));
  EXPECT_EQ(list(job.pop_cycles(kWlEngine)), (std::vector<Cycles>{14}));
  EXPECT_EQ(list(job.done_cycles(kWlEngine)), (std::vector<Cycles>{24}));
  EXPECT_EQ(list(job.pop_cycles(kMmEngine)), (std::vector<Cycles>{16}));
  EXPECT_EQ(list(job.done_cycles(kMmEngine)), (std::vector<Cycles>{59}));
}

// Popped 14; three groups of 16 bytes: seven cycles of set-up, 3 * 4 steps, seven to the write.
TEST_F(TimingTest, AnAddTakesThreeStepsAGroup) {
  const JobTiming job = time(stream(isa::Add{.len = 33}));
  EXPECT_EQ(list(job.done_cycles(kVecEngine)), (std::vector<Cycles>{14 + 7 + 12 + 7}));
}

// The add is done in 40: the ld can take its token in 41.
TEST_F(TimingTest, ATokenCountsFromTheCycleAfterItIsGiven) {
  const JobTiming job =
      time(stream(isa::Add{.len = 33, .signal = kLd}, isa::Ld{.mem_addr = hw.sram.base, .wait = kVec}));
  EXPECT_EQ(list(job.pop_cycles(kLdEngine)), (std::vector<Cycles>{41}));
  EXPECT_EQ(job.states[kLdEngine][static_cast<std::size_t>(isa::State::kWaitVec)], 41 - 16);
}

TEST_F(TimingTest, RowsAreCutAtBurstLengthAndPages) {
  const PreparedStream prepared = TimingModel(hw).prepare(
      stream(isa::LdCfg{.mem_stride = 4096}, isa::Ld{.mem_addr = 0x08000FE4, .row_bytes = 200, .rows = 2}));
  std::vector<std::pair<std::uint32_t, unsigned>> bursts;
  for (const Burst& burst : prepared.bursts) bursts.emplace_back(burst.address, burst.beats);
  // 204 bytes from 0x...FE0 are 26 beats: 4 to the page, 16, 6.
  EXPECT_EQ(
      bursts,
      (std::vector<std::pair<std::uint32_t, unsigned>>{
          {0x08000FE0, 4}, {0x08001000, 16}, {0x08001080, 6}, {0x08001FE0, 4}, {0x08002000, 16}, {0x08002080, 6}}));
}

TEST_F(TimingTest, TheStatesOfEveryUnitSumToTheJob) {
  const JobTiming job = time(stream(isa::Wl{.len = 8, .tile_rows = 16}, isa::Mm{.nrows = 2, .ncols = 3, .len = 8},
                                    isa::Add{.len = 33}, isa::St{.mem_addr = hw.sram.base, .row_bytes = 300}));
  for (const auto& unit : job.states) EXPECT_EQ(std::accumulate(unit.begin(), unit.end(), Cycles{0}), job.cycles);
}

TEST_F(TimingTest, TheTimesAreThoseOfTheTrace) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStream draw(hw, seed);
    HwConfig with_memory = hw;
    if (draw.chance(50)) {  // the stream and half of the data share a bank with the CPU
      with_memory.cpu_traffic = {
          {.region = RegionId::kSram, .bank = 0, .offset_cycles = 3, .period_cycles = 7, .busy_cycles = 3}};
      place = hw.sram.base + 0x10000;
    }
    const std::vector<isa::Command> commands = draw.draw(80);
    const TimingModel model(with_memory);
    const PreparedStream prepared = model.prepare(commands);
    BusTiming memory(with_memory);
    if (draw.chance(50)) memory.set_stalls(RandomStalls{.seed = seed, .probability = 0.3});
    const JobTiming job = model.time(prepared, place, memory);
    const Trace trace = model.trace(prepared, place, memory);
    ASSERT_EQ(job.cycles, trace.cycles);
    ASSERT_EQ(job.traffic, trace.traffic);
    for (std::size_t e = 0; e < kEngineCount; ++e) {
      ASSERT_EQ(list(job.pop_cycles(e)), trace.pop_cycles[e]);
      ASSERT_EQ(list(job.done_cycles(e)), trace.done_cycles[e]);
    }
    StateBuckets buckets{};
    for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
      for (const StateSpan& span : trace.states[unit])
        buckets[unit][static_cast<std::size_t>(span.state)] += span.to - span.from;
    }
    ASSERT_EQ(job.states, buckets) << "seed " << seed;
  }
}

TEST_F(TimingTest, ADeadlockNamesWhoWaitsForWhat) {
  EXPECT_EQ(refusal(stream(isa::Add{.wait = kLd}, isa::Ld{.mem_addr = hw.sram.base, .wait = kVec | kMm})),
            "The job never ends: command 1 (ld) waits for a token of mm and vec; command 0 (vec) waits for a token of "
            "ld; END waits for the engines.");
  EXPECT_EQ(
      refusal(stream(isa::Mm{.len = 4}, isa::Mm{.len = 4}, isa::Mm{.len = 4}, isa::Mm{.len = 4}, isa::Mm{.len = 4},
                     isa::Wl{.tile_rows = 4})),
      "The job never ends: command 0 (mm) has started and waits for wl to load a weight tile; the front end waits "
      "for a place in the queue of mm.");
  EXPECT_EQ(refusal(stream(isa::Wl{.outer = 3, .tile_rows = 4, .wait = 0})),
            "The job never ends: command 0 (wl) has started and waits for mm to take a weight tile; END waits for the "
            "engines.");
}

TEST_F(TimingTest, AnOverflowOfATokenCounterIsAnError) {
  std::vector<isa::Command> commands(255, isa::encode(isa::LdCfg{.signal = kVec}));
  commands.push_back(isa::encode(isa::End{}));
  EXPECT_GT(time(commands).cycles, 0);  // 255 fit
  commands.insert(commands.begin(), isa::encode(isa::LdCfg{.signal = kVec}));
  EXPECT_NE(refusal(commands).find("command 255 (ld) gives vec token 256"), std::string::npos) << refusal(commands);
  // One taken in time makes room.
  commands.insert(commands.begin() + 100, isa::encode(isa::Add{.wait = kLd}));
  EXPECT_GT(time(commands).cycles, 0);
}

TEST_F(TimingTest, AJobThatStopsWithAnErrorIsRefused) {
  EXPECT_EQ(refusal(stream(isa::Ld{.mem_addr = 0x100})),
            "The device stops the job in cycle 16: read_window, command 0, address 0x00000100.");
}

}  // namespace
}  // namespace systolite::fast
