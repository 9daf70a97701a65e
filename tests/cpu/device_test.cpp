// SPDX-License-Identifier: Apache-2.0
// What a system around the processor counts on: accesses with their cycle, interrupt lines, sleep, stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "sim/core/error.h"
#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

constexpr std::uint32_t kDevice = 0x40000000;

struct Access {
  std::uint32_t address;
  int bytes;
  bool write;
  std::uint32_t value;
  std::uint64_t cycle;
};

class RecordingBus final : public Bus {
 public:
  BusReply access(std::uint32_t address, int bytes, bool write, std::uint32_t& value, std::uint64_t cycle) override {
    if (!write) value = 0xA5A50000U + (address & 0xFFFFU);
    accesses.push_back({address, bytes, write, value, cycle});
    if (on_access) on_access();
    return reply;
  }

  std::vector<Access> accesses;
  BusReply reply;
  std::function<void()> on_access;
};

class DeviceTest : public testing::TestWithParam<const char*> {
 protected:
  RecordingBus bus_;
  SnippetRunner snippet_{GetParam(), "ideal", bus_};
};

INSTANTIATE_TEST_SUITE_P(Cores, DeviceTest, testing::Values("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);

TEST_P(DeviceTest, ReadReachesTheBusAndItsWaitsAreCounted) {
  bus_.reply = {.wait_cycles = 5};
  snippet_.r(0) = kDevice + 8;
  snippet_.prepare("load_word");
  const std::uint64_t start = snippet_.cpu().cycle();
  snippet_.go_on(kForever);
  EXPECT_EQ(snippet_.r(1), 0xA5A50008U);
  ASSERT_EQ(bus_.accesses.size(), 1U);
  EXPECT_FALSE(bus_.accesses[0].write);
  EXPECT_EQ(bus_.accesses[0].bytes, 4);
  EXPECT_EQ(snippet_.cpu().cycle(), bus_.accesses[0].cycle + 5)
      << "the access would have ended without waits when it was made";
  EXPECT_GT(bus_.accesses[0].cycle, start);
  EXPECT_EQ(snippet_.cpu().counters().bus_stall_cycles, 5U);
}

TEST_P(DeviceTest, NarrowStoreCarriesOnlyItsBits) {
  snippet_.r(0) = kDevice + 1;
  snippet_.r(1) = 0x12345678;
  snippet_.run("store_byte");
  ASSERT_EQ(bus_.accesses.size(), 1U);
  EXPECT_EQ(bus_.accesses[0].address, kDevice + 1);
  EXPECT_EQ(bus_.accesses[0].bytes, 1);
  EXPECT_EQ(bus_.accesses[0].value, 0x78U);
}

TEST_P(DeviceTest, FaultOfTheBusIsAFaultOfTheInstruction) {
  bus_.reply = {.fault = true};
  snippet_.cpu().stop_on_faults(true);
  snippet_.r(0) = kDevice;
  const Stop stop = snippet_.run("store_word");
  EXPECT_EQ(stop.reason, StopReason::kFault);
  ASSERT_TRUE(snippet_.cpu().last_fault().has_value());
  EXPECT_EQ(snippet_.cpu().last_fault()->address, kDevice);
  EXPECT_EQ(snippet_.cpu().last_fault()->pc, snippet_.address("store_word"));
}

TEST_P(DeviceTest, RunCanBeEndedFromAnAccess) {
  bus_.on_access = [this] { snippet_.cpu().end_run(); };
  snippet_.r(0) = kDevice;
  snippet_.r(3) = 0;
  snippet_.prepare("store_twice");
  EXPECT_EQ(snippet_.go_on(kForever).reason, StopReason::kCycle);
  EXPECT_EQ(bus_.accesses.size(), 1U);
  EXPECT_EQ(snippet_.go_on(kForever).reason, StopReason::kCycle);
  EXPECT_EQ(bus_.accesses.size(), 2U);
  EXPECT_EQ(snippet_.r(3), 0U);
  EXPECT_EQ(snippet_.go_on(kForever).reason, StopReason::kBreakpoint);
  EXPECT_EQ(snippet_.r(3), 1U);
}

TEST_P(DeviceTest, SleepReturnsAtOnceAndTimeIsTheCallers) {
  snippet_.r(1) = 0;
  snippet_.run("mask_interrupts");
  snippet_.prepare("wait_for_interrupt");
  const Stop stop = snippet_.go_on(kForever);
  ASSERT_EQ(stop.reason, StopReason::kSleep);
  EXPECT_EQ(snippet_.cpu().run(stop.cycle + 100).reason, StopReason::kSleep);
  EXPECT_EQ(snippet_.cpu().cycle(), stop.cycle) << "asking again lets no time pass";
  snippet_.cpu().advance_to(stop.cycle + 100);
  snippet_.cpu().set_irq(3, true);
  EXPECT_EQ(snippet_.go_on(kForever).reason, StopReason::kSleep) << "the line is not enabled";
  snippet_.cpu().advance_to(stop.cycle + 50);
  EXPECT_EQ(snippet_.cpu().cycle(), stop.cycle + 100) << "time never goes back";
}

TEST_P(DeviceTest, EventLetsOneWaitPass) {
  snippet_.r(1) = 0;
  EXPECT_EQ(snippet_.run("set_event_and_wait").reason, StopReason::kSleep);
  EXPECT_EQ(snippet_.r(1), 1U);
}

TEST_P(DeviceTest, EndlessLoopReachesTheCycleLimit) {
  snippet_.prepare("endless_loop");
  const std::uint64_t limit = snippet_.cpu().cycle() + 1000;
  const Stop stop = snippet_.go_on(limit);
  EXPECT_EQ(stop.reason, StopReason::kCycle);
  EXPECT_GE(stop.cycle, limit);
  EXPECT_LE(stop.cycle, limit + 4);
}

TEST_P(DeviceTest, LineThatIsNotThereIsRefused) {
  EXPECT_THROW(snippet_.cpu().set_irq(240, true), Error);
  EXPECT_THROW(snippet_.cpu().set_irq(-1, true), Error);
}

TEST_P(DeviceTest, CodeWrittenByTheProgramIsDecodedAgain) {
  // The snippet runs in RAM and overwrites the instruction that its branch leads to.
  const std::uint32_t begin = snippet_.address("patched_code");
  const std::uint32_t size = snippet_.address("patch_target") + 8 - begin;
  std::vector<std::uint8_t> code(size);
  ASSERT_TRUE(snippet_.cpu().read_memory(begin, code));
  ASSERT_TRUE(snippet_.cpu().write_memory(kScratch, code));
  const std::uint32_t target = kScratch + snippet_.address("patch_target") - begin;
  for (const std::uint32_t constant : {7U, 9U}) {
    Registers registers = snippet_.cpu().registers();
    registers.r[0] = target;
    registers.r[2] = 0x2100U + constant;  // movs r1, #constant
    registers.r[15] = kScratch;
    snippet_.cpu().set_registers(registers);
    ASSERT_EQ(snippet_.cpu().run(kForever).reason, StopReason::kBreakpoint);
    EXPECT_EQ(snippet_.cpu().registers().r[1], constant);
  }
}

TEST_P(DeviceTest, RangesShareOutAllCycles) {
  const std::uint32_t begin = snippet_.address("timing_alu");
  snippet_.cpu().count_ranges({{begin, begin + 8}});
  const std::uint64_t before = snippet_.cpu().cycle();
  snippet_.run("timing_alu");
  const std::uint64_t alu = snippet_.cpu().cycle() - before;
  snippet_.r(0) = kScratch;
  snippet_.run("timing_store");
  snippet_.r(0) = 0x60000000;  // and with a fault
  snippet_.run("timing_store");
  const std::vector<std::uint64_t> cycles = snippet_.cpu().range_cycles();
  EXPECT_EQ(cycles, (std::vector<std::uint64_t>{alu, snippet_.cpu().cycle() - before - alu}));
}

}  // namespace
}  // namespace systolite::cpu::test
