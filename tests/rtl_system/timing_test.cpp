// SPDX-License-Identifier: Apache-2.0
// The timing rules of the module headers, cycle by cycle, with a memory of constant latency.
#include <algorithm>

#include "test_support.h"

namespace systolite::test {
namespace {

// Names and values as in the headers of hw/rtl/system.
constexpr Cycle kDoorbellToAddress = 3;  // doorbell access to the first fetch address on the bus
constexpr Cycle kBeatToDispatch = 2;     // last beat of a command to its dispatch
constexpr Cycle kDispatchToPop = 1;
constexpr Cycle kPopToAddress = 3;   // first burst of an ld or st on the bus
constexpr Cycle kAddressToData = 2;  // st: first address on the bus to first data on the bus
constexpr Cycle kBeatToDone = 1;     // last beat (ld) or last response (st)
constexpr Cycle kDoneToPop = 1;      // token
constexpr Cycle kDoneToIrq = 2;      // last completion to interrupt, END waiting

constexpr Cycle kReadLatency = 5;
constexpr Cycle kWriteLatency = 7;

class Timing : public ::testing::Test {
 protected:
  void SetUp() override { dut_.bus.set_timing({.read_latency = kReadLatency, .write_latency = kWriteLatency}); }
  JobRecord run(std::vector<isa::Command> program) {
    program.push_back(isa::encode(isa::End{}));
    const JobRecord record = dut_.run(program);
    expect_done(dut_, record);
    return record;
  }
  static isa::Command ld(std::uint32_t wait = 0, std::uint32_t signal = 0) {
    return isa::encode(isa::Ld{.mem_addr = kSource, .row_bytes = kBusBytes, .wait = wait, .signal = signal});
  }
  static isa::Command st(std::uint32_t wait = 0, std::uint32_t signal = 0) {
    return isa::encode(isa::St{.mem_addr = kTarget, .row_bytes = kBusBytes, .wait = wait, .signal = signal});
  }
  // The last completion or the arrival of END, whatever is later.
  static Cycle end_of_job(const JobRecord& record, Cycle done) {
    return std::max(done + kDoneToIrq, record.beats[0].back() + kBeatToDispatch + 1);
  }
  // A store that takes long enough for everything behind it to be fetched.
  static isa::Command long_store() { return isa::encode(isa::St{.mem_addr = kTarget, .row_bytes = 6000}); }
  static constexpr std::size_t kBeatsPerCommand = 16 / kBusBytes;
  Dut dut_;
};

TEST_F(Timing, DoorbellToFetch) {
  const JobRecord record = run({});
  EXPECT_EQ(record.ar[0].front(), record.doorbell + kDoorbellToAddress);
  EXPECT_EQ(record.beats[0].front(), record.ar[0].front() + kReadLatency);
  // END is taken when it reaches the head, and the status is set in the next cycle.
  EXPECT_EQ(record.dispatches.front(), record.beats[0].back() + kBeatToDispatch);
  EXPECT_EQ(record.irq, record.dispatches.front() + 1);
}

TEST_F(Timing, FetchToPop) {
  const JobRecord record = run({ld()});
  const Cycle beat = record.beats[0][kBeatsPerCommand - 1];
  EXPECT_EQ(record.dispatches.front(), beat + kBeatToDispatch);
  EXPECT_EQ(record.pops[index(isa::Engine::kLd)].front(), beat + kBeatToDispatch + kDispatchToPop);
}

TEST_F(Timing, LoadOfOneBeat) {
  const JobRecord record = run({ld()});
  const Cycle pop = record.pops[index(isa::Engine::kLd)].front();
  const Cycle done = record.dones[index(isa::Engine::kLd)].front();
  if (kMaxReads > 2) {
    EXPECT_EQ(record.ar[1].front(), pop + kPopToAddress);
  }
  EXPECT_EQ(record.beats[1].front(), record.ar[1].front() + kReadLatency);
  EXPECT_EQ(done, record.beats[1].back() + kBeatToDone);
  EXPECT_EQ(record.irq, end_of_job(record, done));
  EXPECT_EQ(record.states[index(isa::Engine::kLd)][static_cast<std::size_t>(isa::State::kBusy)], 2U);  // pop and beat
}

TEST_F(Timing, StoreOfOneBeat) {
  const JobRecord record = run({st()});
  const Cycle pop = record.pops[index(isa::Engine::kSt)].front();
  const Cycle done = record.dones[index(isa::Engine::kSt)].front();
  EXPECT_EQ(record.aw.front(), pop + kPopToAddress);
  EXPECT_EQ(record.w.front(), record.aw.front() + kAddressToData);
  EXPECT_EQ(record.b.front(), record.w.back() + kWriteLatency);
  EXPECT_EQ(done, record.b.front() + kBeatToDone);
  EXPECT_EQ(record.irq, end_of_job(record, done));
}

TEST_F(Timing, TokenIsVisibleInTheNextCycle) {
  const JobRecord record = run({ld(0, mask(isa::Engine::kSt)), st(mask(isa::Engine::kLd))});
  EXPECT_EQ(record.pops[index(isa::Engine::kSt)].front(), record.dones[index(isa::Engine::kLd)].front() + kDoneToPop);
  EXPECT_GT(record.states[index(isa::Engine::kSt)][static_cast<std::size_t>(isa::State::kWaitLd)], 0U);
}

TEST_F(Timing, ConfigurationCommandsCompleteInOrder) {
  const isa::Command cfg = isa::encode(isa::LdCfg{.signal = mask(isa::Engine::kSt)});
  const JobRecord record = run({cfg, ld(), cfg, cfg});
  const auto& pops = record.pops[index(isa::Engine::kLd)];
  const auto& dones = record.dones[index(isa::Engine::kLd)];
  ASSERT_EQ(dones.size(), 4U);
  EXPECT_EQ(dones[0], pops[0] + 1);
  EXPECT_EQ(dones[1], record.beats[1].back() + kBeatToDone);
  EXPECT_EQ(dones[2], std::max(pops[2], dones[1]) + 1);
  EXPECT_EQ(dones[3], std::max(pops[3], dones[2]) + 1);
}

TEST_F(Timing, AtMostFourCommandsInFlight) {
  std::vector<isa::Command> program(12, ld());
  const JobRecord record = run(program);
  const auto& pops = record.pops[index(isa::Engine::kLd)];
  const auto& dones = record.dones[index(isa::Engine::kLd)];
  for (std::size_t i = 4; i < pops.size(); ++i) EXPECT_GT(pops[i], dones[i - 4]);
}

TEST_F(Timing, ThePlaceOfAPoppedCommandIsFreeInTheNextCycle) {
  // Four commands are in flight and kQueueDepth wait when the first one completes; the others are in the front end.
  std::vector<isa::Command> program(static_cast<std::size_t>(kQueueDepth) + 8, st());
  program.insert(program.begin(), long_store());
  const JobRecord record = run(program);
  const auto& pops = record.pops[index(isa::Engine::kSt)];
  ASSERT_EQ(pops.size(), program.size());
  for (std::size_t i = 4; i + kQueueDepth < pops.size(); ++i)
    EXPECT_EQ(record.dispatches[i + kQueueDepth], pops[i] + 1) << i;
}

// Dispatch goes at one command a cycle once commands are there: the tail of this stream waits in the front end behind
// stores.
TEST_F(Timing, OneDispatchACycle) {
  std::vector<isa::Command> program(static_cast<std::size_t>(kQueueDepth) + 6, st());
  program.insert(program.begin(), long_store());
  for (int i = 0; i < 4; ++i) {
    program.push_back(isa::encode(isa::VecCfgScale{}));
    program.push_back(isa::encode(isa::MmCfgKernel{}));
  }
  const JobRecord record = run(program);
  const auto& dispatches = record.dispatches;
  const std::size_t first = program.size() - 8;
  for (std::size_t i = first + 1; i < program.size(); ++i) EXPECT_EQ(dispatches[i], dispatches[i - 1] + 1) << i;
}

TEST_F(Timing, StatesOfTheFrontEnd) {
  std::vector<isa::Command> program(static_cast<std::size_t>(kQueueDepth) + 8, st());
  program.insert(program.begin(), long_store());
  const JobRecord record = run(program);
  const auto& states = record.states[isa::kNumEngines];
  EXPECT_EQ(states[static_cast<std::size_t>(isa::State::kBusy)], 1 + program.size() + 1);  // check, commands, END
  EXPECT_GT(states[static_cast<std::size_t>(isa::State::kQueueFull)], 0U);
  EXPECT_GT(states[static_cast<std::size_t>(isa::State::kWaitEngines)], 0U);
  EXPECT_GT(states[static_cast<std::size_t>(isa::State::kWaitMemory)], kReadLatency);
  EXPECT_EQ(states[static_cast<std::size_t>(isa::State::kIdle)], 0U);
}

// The same program takes the same cycles, whatever ran before.
TEST_F(Timing, JobsRepeatExactly) {
  const std::vector<isa::Command> program = {ld(0, mask(isa::Engine::kSt)), st(mask(isa::Engine::kLd)), ld(), st(),
                                             ld()};
  const JobRecord first = run(program);
  run({st(), ld()});
  dut_.cycles(17);
  const JobRecord second = run(program);
  EXPECT_EQ(second.irq - second.doorbell, first.irq - first.doorbell);
}

TEST_F(Timing, FaultToInterrupt) {
  const JobRecord record = dut_.run({isa::encode(isa::Ld{.mem_addr = 0, .row_bytes = 1}), isa::encode(isa::End{})});
  ASSERT_TRUE(record.finished());
  // Checked in pop + 1, reported in pop + 2, one cycle of stopping with an idle bus. Where the stream takes more than
  // one burst, a fetch is still under way and must end first.
  const auto idle_bus = record.pops[index(isa::Engine::kLd)].front() + 4;
  if (kMaxBurst * kBusBytes >= 2 * 16) {
    EXPECT_EQ(record.irq, idle_bus);
  } else {
    EXPECT_GE(record.irq, idle_bus);
  }
}

}  // namespace
}  // namespace systolite::test
