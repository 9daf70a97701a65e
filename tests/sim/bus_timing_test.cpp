// SPDX-License-Identifier: Apache-2.0
// The bus timing as events and as pins against a bus that is stepped through every cycle.
#include "sim/memory/bus_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <utility>

#include "sim/core/error.h"
#include "sim/memory/axi_slave.h"
#include "sim/memory/memory_system.h"
#include "tests/sim/bus_reference.h"
#include "tests/sim/small_config.h"

namespace systolite {

void PrintTo(const BusEvents& events, std::ostream* out) {
  for (const ReadEvents& read : events.reads) {
    *out << "\nread offered " << read.offered << " taken " << read.taken << " moved";
    for (const Cycles cycle : read.moved) *out << ' ' << cycle;
  }
  for (const WriteEvents& write : events.writes) {
    *out << "\nwrite offered " << write.offered << " taken " << write.taken << " moved";
    for (std::size_t i = 0; i < write.moved.size(); ++i) *out << ' ' << write.data_offered[i] << '-' << write.moved[i];
    *out << " response " << write.response;
  }
  const std::pair<const char*, const std::vector<Cycles>*> contended[] = {
      {"fetch", &events.fetch_contended}, {"load", &events.load_contended}, {"store", &events.store_contended}};
  for (const auto& [name, cycles] : contended) {
    *out << "\n" << name << " contended";
    for (const Cycles cycle : *cycles) *out << ' ' << cycle;
  }
}

namespace {

std::vector<Cycles> cycles_of(const std::vector<CycleSpan>& spans) {
  std::vector<Cycles> cycles;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_LT(spans[i].from, spans[i].to);
    if (i > 0) {
      EXPECT_LT(spans[i - 1].to, spans[i].from) << "spans that touch are one";
    }
    for (Cycles cycle = spans[i].from; cycle < spans[i].to; ++cycle) cycles.push_back(cycle);
  }
  return cycles;
}

void set_contention(BusEvents& events, const Contention& contention) {
  events.fetch_contended = cycles_of(contention.fetch);
  events.load_contended = cycles_of(contention.load);
  events.store_contended = cycles_of(contention.store);
}

// The plan on BusTiming, event by event.
BusEvents ask_timing(const HwConfig& config, const std::optional<RandomStalls>& stalls, const BusPlan& plan) {
  BusTiming timing(config);
  timing.set_stalls(stalls);
  BusEvents events;
  Cycles free = 0;
  for (const ReadPlan& read : plan.reads) {
    ReadEvents& event = events.reads.emplace_back();
    event.offered = free + read.gap;
    event.taken = timing.read_address(event.offered);
    free = event.taken + 1;
    BurstTimes times;
    timing.read({.id = read.id, .address = read.address, .beats = read.beats, .taken = event.taken}, times);
    for (unsigned beat = 0; beat < read.beats; ++beat) event.moved.push_back(times[beat]);
    EXPECT_EQ(times.first, event.moved.front());
    EXPECT_EQ(times.last, event.moved.back());
  }
  free = 0;
  Cycles data_free = 0;
  for (const WritePlan& write : plan.writes) {
    WriteEvents& event = events.writes.emplace_back();
    event.offered = free + write.gap;
    event.taken = timing.write_address(event.offered);
    free = event.taken + 1;
    timing.write(
        {.address = write.address, .beats = static_cast<unsigned>(write.data_gaps.size()), .taken = event.taken});
    for (const Cycles gap : write.data_gaps) {
      event.data_offered.push_back(data_free + gap);
      const Cycles slot = timing.write_slot(event.data_offered.back());
      const WriteTimes times = timing.write_beat(event.data_offered.back());
      EXPECT_EQ(times.moved, slot);
      event.moved.push_back(times.moved);
      data_free = times.moved + 1;
      EXPECT_EQ(times.response != kNever, event.moved.size() == write.data_gaps.size());
      event.response = times.response;
    }
  }
  set_contention(events, timing.contention());
  return events;
}

// The plan on the pins of an AxiSlave, cycle by cycle.
class PinMaster {
 public:
  PinMaster(const HwConfig& config, const std::optional<RandomStalls>& stalls, const BusPlan& plan)
      : plan_(plan),
        memory_(config),
        system_(memory_, config),
        bus_bytes_(static_cast<unsigned>(config.dma.bus_bytes())) {
    system_.set_stalls(stalls);
    events_.reads.resize(plan.reads.size());
    events_.writes.resize(plan.writes.size());
    read_due_ = plan.reads.empty() ? kNever : plan.reads[0].gap;
    write_due_ = plan.writes.empty() ? kNever : plan.writes[0].gap;
    data_due_ = plan.writes.empty() ? kNever : plan.writes[0].data_gaps[0];
  }

  BusEvents run() {
    AxiSlave slave(system_, bus_bytes_);
    // A job that starts late counts from its own start.
    for (int i = 0; i < 3; ++i) slave.clock({.r_ready = true, .b_ready = true});
    slave.start_job();
    for (; reads_done_ < plan_.reads.size() || responses_ < plan_.writes.size(); ++now_) {
      const AxiReply reply = slave.reply();
      const AxiRequest request = drive();
      slave.clock(request);
      observe(request, reply);
    }
    EXPECT_TRUE(slave.idle());
    set_contention(events_, system_.contention());
    return events_;
  }

 private:
  AxiRequest drive() const {
    AxiRequest request{.r_ready = true, .b_ready = true};
    if (now_ >= read_due_) {
      const ReadPlan& read = plan_.reads[reads_taken_];
      request.ar_valid = true;
      request.ar_id = read.id;
      request.ar_addr = read.address;
      request.ar_len = static_cast<std::uint8_t>(read.beats - 1);
    }
    if (now_ >= write_due_) {
      const WritePlan& write = plan_.writes[writes_taken_];
      request.aw_valid = true;
      request.aw_addr = write.address;
      request.aw_len = static_cast<std::uint8_t>(write.data_gaps.size() - 1);
    }
    if (now_ >= data_due_) {
      request.w_valid = true;
      request.w_strb = 0xFF;
      request.w_last = beat_ + 1 == plan_.writes[data_burst_].data_gaps.size();
    }
    return request;
  }

  void observe(const AxiRequest& request, const AxiReply& reply) {
    if (reply.r_valid) {
      ReadEvents& read = events_.reads[reads_done_];
      EXPECT_EQ(reply.r_id, plan_.reads[reads_done_].id);
      read.moved.push_back(now_);
      EXPECT_EQ(reply.r_last, read.moved.size() == plan_.reads[reads_done_].beats);
      if (reply.r_last) ++reads_done_;
    }
    if (reply.b_valid) events_.writes[responses_++].response = now_;
    if (request.ar_valid && reply.ar_ready) {
      events_.reads[reads_taken_].offered = read_due_;
      events_.reads[reads_taken_].taken = now_;
      read_due_ = ++reads_taken_ == plan_.reads.size() ? kNever : now_ + 1 + plan_.reads[reads_taken_].gap;
    }
    if (request.aw_valid && reply.aw_ready) {
      events_.writes[writes_taken_].offered = write_due_;
      events_.writes[writes_taken_].taken = now_;
      write_due_ = ++writes_taken_ == plan_.writes.size() ? kNever : now_ + 1 + plan_.writes[writes_taken_].gap;
    }
    if (request.w_valid && reply.w_ready) {
      events_.writes[data_burst_].data_offered.push_back(data_due_);
      events_.writes[data_burst_].moved.push_back(now_);
      if (++beat_ == plan_.writes[data_burst_].data_gaps.size()) {
        beat_ = 0;
        ++data_burst_;
      }
      data_due_ = data_burst_ == plan_.writes.size() ? kNever : now_ + 1 + plan_.writes[data_burst_].data_gaps[beat_];
    }
  }

  const BusPlan& plan_;
  BusMemory memory_;
  MemorySystem system_;
  unsigned bus_bytes_;
  BusEvents events_;
  Cycles now_ = 0;
  Cycles read_due_ = 0;
  Cycles write_due_ = 0;
  Cycles data_due_ = 0;
  std::size_t reads_taken_ = 0;
  std::size_t reads_done_ = 0;
  std::size_t writes_taken_ = 0;
  std::size_t data_burst_ = 0;
  std::size_t beat_ = 0;
  std::size_t responses_ = 0;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }
  bool chance(unsigned percent) { return below(100) < percent; }
  int from(int low, int high) { return low + static_cast<int>(below(static_cast<unsigned>(high - low + 1))); }

 private:
  std::mt19937_64 engine_;
};

HwConfig draw_config(Random& random) {
  HwConfig config = small_config();
  config.dma.bus_bits = 32 << random.below(3);
  for (MemoryRegion* region : {&config.flash, &config.sram}) {
    region->bytes = 1U << 16;
    region->read_latency_cycles = random.from(1, 12);
    region->cycles_per_beat = random.from(1, random.chance(50) ? 1 : 5);
  }
  config.sram.write_latency_cycles = random.from(1, 9);
  if (random.chance(50)) {
    config.external = {.base = 0x60000000,
                       .bytes = 1U << 16,
                       .read_latency_cycles = random.from(1, 20),
                       .write_latency_cycles = random.from(1, 20),
                       .cycles_per_beat = random.from(1, 4)};
  }
  if (random.chance(60)) {
    config.flash.line = {.bytes = config.dma.bus_bytes() << random.below(5),
                         .access_cycles = random.from(1, 24),
                         .prefetch_lines = random.from(0, 4)};
  }
  config.sram.banks = 1 << random.below(5);
  if (random.chance(50)) {
    for (unsigned i = 1 + random.below(4); i > 0; --i) {
      CpuTraffic& cpu = config.cpu_traffic.emplace_back();
      const std::vector<RegionId> regions = config.regions();
      cpu.region = regions[random.below(static_cast<unsigned>(regions.size()))];
      cpu.bank = random.from(0, config.region(cpu.region).banks - 1);
      cpu.offset_cycles = random.from(0, 40);
      cpu.period_cycles = random.from(5, 50);
      cpu.busy_cycles = random.from(1, cpu.period_cycles / 5);  // four of them leave a free cycle
    }
  }
  return config;
}

// Any aligned burst in a region or outside all of them that does not cross a 4 KiB boundary.
std::uint32_t draw_address(Random& random, const HwConfig& config, unsigned beats) {
  const auto bus = static_cast<unsigned>(config.dma.bus_bytes());
  std::uint32_t base = 0x40000000;
  const std::vector<RegionId> regions = config.regions();
  if (random.chance(95)) base = config.region(regions[random.below(static_cast<unsigned>(regions.size()))]).base;
  const unsigned page = random.below(16);
  return base + page * 4096 + random.below(4096 / bus - beats + 1) * bus;
}

BusPlan draw_plan(Random& random, const HwConfig& config) {
  BusPlan plan;
  const auto gap = [&random] { return random.chance(60) ? Cycles{0} : Cycles{random.below(25)}; };
  for (unsigned i = random.below(8); i > 0; --i) {
    unsigned beats = 1 + random.below(kMaxBurstBeats);
    std::uint32_t address = draw_address(random, config, beats);
    if (!plan.reads.empty() && random.chance(60)) {
      // Where the burst before ended, or a little behind or before.
      const ReadPlan& before = plan.reads.back();
      const auto bus = static_cast<unsigned>(config.dma.bus_bytes());
      address = before.address + before.beats * bus;
      if (random.chance(30)) address += bus * random.below(40);
      if (random.chance(10)) address -= bus * random.below(20);
      beats = std::min(beats, (4096 - address % 4096) / bus);
    }
    plan.reads.push_back(
        {.gap = gap(), .id = static_cast<std::uint8_t>(random.below(2)), .address = address, .beats = beats});
  }
  for (unsigned i = random.below(5); i > 0; --i) {
    const unsigned beats = 1 + random.below(kMaxBurstBeats);
    WritePlan& write = plan.writes.emplace_back();
    write.gap = gap();
    write.address = draw_address(random, config, beats);
    for (unsigned beat = 0; beat < beats; ++beat) write.data_gaps.push_back(random.chance(80) ? 0 : random.below(6));
  }
  return plan;
}

TEST(BusTimingTest, EventsAndPinsAgreeWithABusThatIsSteppedThroughEveryCycle) {
  std::size_t beats = 0;
  std::size_t contended = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    Random random(seed);
    const HwConfig config = draw_config(random);
    const BusPlan plan = draw_plan(random, config);
    std::optional<RandomStalls> stalls;
    if (random.chance(50)) stalls = RandomStalls{.seed = seed, .probability = 0.01 * random.from(0, 80)};
    const BusEvents expected = step_bus(config, stalls, plan);
    ASSERT_EQ(ask_timing(config, stalls, plan), expected) << "seed " << seed;
    ASSERT_EQ(PinMaster(config, stalls, plan).run(), expected) << "seed " << seed;
    contended += expected.fetch_contended.size() + expected.load_contended.size() + expected.store_contended.size();
    for (const ReadEvents& read : expected.reads) beats += read.moved.size();
    for (const WriteEvents& write : expected.writes) beats += write.moved.size();
  }
  EXPECT_GT(beats, 100000);
  EXPECT_GT(contended, 5000);
}

TEST(BusTimingTest, BeatsOfABurstAreEvenlySpacedWithoutStalls) {
  HwConfig config = small_config();
  config.flash.cycles_per_beat = 3;
  BusTiming timing(config);
  BurstTimes times;
  timing.read({.id = 1, .address = config.flash.base, .beats = 4, .taken = 10}, times);
  EXPECT_EQ(times.first, 18);  // latency 8
  EXPECT_EQ(times.step, 3);
  EXPECT_EQ(times.last, 27);
}

std::vector<Cycles> beats_of(BusTiming& timing, const BusBurst& burst) {
  BurstTimes times;
  timing.read(burst, times);
  std::vector<Cycles> cycles;
  for (unsigned beat = 0; beat < burst.beats; ++beat) cycles.push_back(times[beat]);
  return cycles;
}

// A small configuration with two beats in a flash line, read latency 3.
HwConfig line_config(int prefetch_lines) {
  HwConfig config = small_config();
  config.flash.read_latency_cycles = 3;
  config.flash.line = {.bytes = 16, .access_cycles = 9, .prefetch_lines = prefetch_lines};
  return config;
}

TEST(FlashLineTest, WithoutPrefetchEveryLineIsReadWhenItIsWanted) {
  const HwConfig config = line_config(0);
  BusTiming timing(config);
  // Lines wanted in 0, 10, 20; read from 100 + 0 on for the second burst.
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 6, .taken = 0}),
            (std::vector<Cycles>{9, 10, 19, 20, 29, 30}));
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 48, .beats = 1, .taken = 100}),
            (std::vector<Cycles>{109}));
}

TEST(FlashLineTest, PrefetchReadsTheNextLineWhileOneIsInUse) {
  const HwConfig config = line_config(1);
  BusTiming timing(config);
  // Lines there in 9, 18, 27, and the next one in 36.
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 6, .taken = 0}),
            (std::vector<Cycles>{9, 10, 18, 19, 27, 28}));
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 48, .beats = 3, .taken = 100}),
            (std::vector<Cycles>{103, 104, 109}));  // the line after it: read from 100 on, when its line is wanted
}

TEST(FlashLineTest, ABeatInTheLineOfTheOneBeforeNeedsNothingNew) {
  const HwConfig config = line_config(0);
  BusTiming timing(config);
  beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 1, .taken = 0});
  EXPECT_EQ(beats_of(timing, {.id = 0, .address = config.flash.base + 8, .beats = 1, .taken = 50}),
            (std::vector<Cycles>{53}));
}

TEST(FlashLineTest, ABurstElsewhereStopsThePrefetch) {
  const HwConfig config = line_config(2);
  BusTiming timing(config);
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 2, .taken = 0}),
            (std::vector<Cycles>{9, 10}));
  EXPECT_EQ(beats_of(timing, {.id = 0, .address = config.flash.base + 160, .beats = 1, .taken = 14}),
            (std::vector<Cycles>{23}));
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 16, .beats = 1, .taken = 60}),
            (std::vector<Cycles>{69}));  // line 1 was read and is lost
}

TEST(FlashLineTest, SkippedLinesAreReadAllTheSame) {
  const HwConfig config = line_config(2);
  BusTiming timing(config);
  beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 1, .taken = 0});  // line 0 there in 9
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 32, .beats = 1, .taken = 12}),
            (std::vector<Cycles>{27}));
  // Wanted in 27; line 3 there in 36.
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 64, .beats = 1, .taken = 13}),
            (std::vector<Cycles>{45}));
}

TEST(FlashLineTest, PrefetchStopsWhenItIsFarEnoughAhead) {
  const HwConfig config = line_config(1);
  BusTiming timing(config);
  beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 1, .taken = 0});
  // Line 1 is there in 18, but line 2 is read only when line 1 is wanted, in 50.
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 16, .beats = 3, .taken = 50}),
            (std::vector<Cycles>{53, 54, 59}));
}

TEST(FlashLineTest, ReadsOfOtherMemoriesLeaveTheLinesAlone) {
  const HwConfig config = line_config(1);
  BusTiming timing(config);
  beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 1, .taken = 0});
  beats_of(timing, {.id = 1, .address = config.sram.base, .beats = 1, .taken = 20});
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 16, .beats = 1, .taken = 40}),
            (std::vector<Cycles>{43}));
}

TEST(FlashLineTest, AJobStartsWithNothingRead) {
  const HwConfig config = line_config(1);
  BusTiming timing(config);
  beats_of(timing, {.id = 1, .address = config.flash.base, .beats = 1, .taken = 0});
  timing.start_job();
  EXPECT_EQ(beats_of(timing, {.id = 1, .address = config.flash.base + 8, .beats = 1, .taken = 30}),
            (std::vector<Cycles>{39}));
}

// A small configuration whose CPU holds bank 1 of four in cycles 10 to 12, 20 to 22 and so on.
HwConfig shared_config() {
  HwConfig config = small_config();
  config.sram.banks = 4;
  config.cpu_traffic = {
      {.region = RegionId::kSram, .bank = 1, .offset_cycles = 10, .period_cycles = 10, .busy_cycles = 3}};
  return config;
}

TEST(BusTimingTest, ABeatWaitsForItsBankWhileTheCpuHoldsIt) {
  const HwConfig config = shared_config();
  BusTiming timing(config);
  const std::uint32_t bank1 = config.sram.base + config.sram.bytes / 4;
  const BusBurst load{.id = 1, .address = bank1, .beats = 4, .taken = 6};  // latency 2
  EXPECT_EQ(beats_of(timing, load), (std::vector<Cycles>{8, 9, 13, 14}));
  EXPECT_EQ(timing.contention(), (Contention{.load = {{10, 13}}}));
  const BusBurst fetch{.id = 0, .address = bank1 + 64, .beats = 2, .taken = 19};
  EXPECT_EQ(beats_of(timing, fetch), (std::vector<Cycles>{23, 24}));
  // From cycle 21 on, where it would have moved.
  EXPECT_EQ(timing.contention(), (Contention{.fetch = {{21, 23}}, .load = {{10, 13}}}));
}

TEST(BusTimingTest, OtherBanksAreFree) {
  const HwConfig config = shared_config();
  BusTiming timing(config);
  const std::uint32_t bank1 = config.sram.base + config.sram.bytes / 4;
  const std::uint32_t bank2 = config.sram.base + config.sram.bytes / 2;
  const BusBurst below{.id = 1, .address = bank1 - 32, .beats = 4, .taken = 7};
  EXPECT_EQ(beats_of(timing, below), (std::vector<Cycles>{9, 10, 11, 12}));
  const BusBurst above{.id = 1, .address = bank2, .beats = 4, .taken = 17};
  EXPECT_EQ(beats_of(timing, above), (std::vector<Cycles>{19, 20, 21, 22}));
  EXPECT_EQ(timing.contention(), Contention{});
}

TEST(BusTimingTest, ContentionOfAStoreCountsFromTheCycleItsDataIsOnTheBus) {
  const HwConfig config = shared_config();
  BusTiming timing(config);
  timing.write({.address = config.sram.base + config.sram.bytes / 4, .beats = 2, .taken = 5});
  EXPECT_EQ(timing.write_slot(9), 9);
  EXPECT_EQ(timing.write_beat(9).moved, 9);
  EXPECT_EQ(timing.write_slot(11), 13);
  const WriteTimes last = timing.write_beat(11);
  EXPECT_EQ(last.moved, 13);
  EXPECT_EQ(last.response, 16);  // write latency 3
  EXPECT_EQ(timing.contention(), (Contention{.store = {{11, 13}}}));
}

TEST(BusTimingTest, AStalledCycleIsNotContended) {
  const HwConfig config = shared_config();
  const RandomStalls stalls{.seed = 4, .probability = 0.5};
  const StallPattern pattern(stalls);
  BusTiming timing(config);
  timing.set_stalls(stalls);
  beats_of(timing, {.id = 1, .address = config.sram.base + config.sram.bytes / 4, .beats = 16, .taken = 0});
  std::size_t contended = 0;
  for (const Cycles cycle : cycles_of(timing.contention().load)) {
    EXPECT_FALSE(pattern.stalled(BusChannel::kReadData, cycle)) << cycle;
    ++contended;
  }
  EXPECT_GT(contended, 0);
}

// Accesses that a simulated CPU would make.
class ListedTraffic final : public BankTraffic {
 public:
  explicit ListedTraffic(std::vector<std::pair<MemoryBank, Cycles>> accesses) : accesses_(std::move(accesses)) {}
  Cycles first_free(MemoryBank bank, Cycles from) const override {
    while (std::ranges::find(accesses_, std::pair{bank, from}) != accesses_.end()) ++from;
    return from;
  }

 private:
  std::vector<std::pair<MemoryBank, Cycles>> accesses_;
};

TEST(BusTimingTest, AnyOtherTrafficCanReplaceTheConfiguredOne) {
  const HwConfig config = shared_config();
  const ListedTraffic traffic({{{RegionId::kFlash, 0}, 9}, {{RegionId::kFlash, 0}, 10}, {{RegionId::kSram, 1}, 11}});
  BusTiming timing(config);
  timing.set_traffic(traffic);
  EXPECT_EQ(beats_of(timing, {.id = 0, .address = config.flash.base, .beats = 3, .taken = 0}),
            (std::vector<Cycles>{8, 11, 12}));
  EXPECT_EQ(timing.contention(), (Contention{.fetch = {{9, 11}}}));
}

TEST(BusTimingTest, AJobStartsWithAnIdleBus) {
  const HwConfig config = small_config();
  BusTiming timing(config);
  BurstTimes times;
  timing.read({.address = config.flash.base, .beats = 16, .taken = 50}, times);
  timing.write({.address = config.sram.base, .beats = 1, .taken = 50});
  timing.start_job();
  timing.read({.address = config.flash.base, .beats = 1, .taken = 1}, times);
  EXPECT_EQ(times.first, 9);
  EXPECT_EQ(timing.write_slot(3), kNever);
}

TEST(StallPatternTest, StallsTheShareOfCyclesAskedFor) {
  const StallPattern pattern(RandomStalls{.seed = 5, .probability = 0.25});
  for (std::size_t channel = 0; channel < kBusChannels; ++channel) {
    int stalled = 0;
    for (Cycles cycle = 0; cycle < 40000; ++cycle) stalled += pattern.stalled(static_cast<BusChannel>(channel), cycle);
    EXPECT_NEAR(stalled, 10000, 400) << channel;  // more than four standard deviations
  }
}

TEST(StallPatternTest, ChannelsAndSeedsAreIndependent) {
  const StallPattern pattern(RandomStalls{.seed = 5, .probability = 0.5});
  const StallPattern other(RandomStalls{.seed = 6, .probability = 0.5});
  int same_channel = 0;
  int same_seed = 0;
  for (Cycles cycle = 0; cycle < 40000; ++cycle) {
    const bool stalled = pattern.stalled(BusChannel::kReadData, cycle);
    same_channel += stalled == pattern.stalled(BusChannel::kReadAddress, cycle);
    same_seed += stalled == other.stalled(BusChannel::kReadData, cycle);
  }
  EXPECT_NEAR(same_channel, 20000, 500);
  EXPECT_NEAR(same_seed, 20000, 500);
}

TEST(StallPatternTest, RefusesAProbabilityThatStallsForEver) {
  EXPECT_THROW(StallPattern(RandomStalls{.seed = 1, .probability = 1.0}), Error);
  EXPECT_THROW(StallPattern(RandomStalls{.seed = 1, .probability = -0.1}), Error);
}

}  // namespace
}  // namespace systolite
