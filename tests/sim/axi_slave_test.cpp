// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/axi_slave.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/core/error.h"
#include "sim/memory/memory_system.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

constexpr std::uint32_t kFlash = 0x08000000;  // latency 8
constexpr std::uint32_t kSram = 0x20000000;   // latencies 2 and 3

class AxiSlaveTest : public ::testing::Test {
 protected:
  // One cycle with what the test drives; returns what the slave drove in it.
  AxiReply step(const AxiRequest& request = {.r_ready = true, .b_ready = true}) {
    const AxiReply reply = slave.reply();
    slave.clock(request);
    ++cycle;
    return reply;
  }
  AxiReply read_address(std::uint32_t address, std::uint8_t beats, std::uint8_t id = 1) {
    return step({.ar_valid = true,
                 .ar_id = id,
                 .ar_addr = address,
                 .ar_len = static_cast<std::uint8_t>(beats - 1),
                 .r_ready = true,
                 .b_ready = true});
  }
  AxiReply write_address(std::uint32_t address, std::uint8_t beats) {
    return step({.r_ready = true,
                 .aw_valid = true,
                 .aw_addr = address,
                 .aw_len = static_cast<std::uint8_t>(beats - 1),
                 .b_ready = true});
  }
  static AxiRequest write_data(std::uint8_t value, bool last, std::uint16_t strobes = 0xFF) {
    AxiRequest request{.r_ready = true, .w_valid = true, .w_strb = strobes, .w_last = last, .b_ready = true};
    request.w_data.fill(value);
    return request;
  }
  // Cycles in which read beats moved during the next `count` cycles.
  std::vector<Cycles> beat_cycles(int count) {
    std::vector<Cycles> cycles;
    for (int i = 0; i < count; ++i) {
      const Cycles now = cycle;
      if (step().r_valid) cycles.push_back(now);
    }
    return cycles;
  }

  HwConfig config = small_config();
  BusMemory memory{config};
  MemorySystem system{memory, config};
  AxiSlave slave{system, 8};
  Cycles cycle = 0;
};

TEST_F(AxiSlaveTest, FirstBeatComesReadLatencyCyclesAfterItsAddress) {
  EXPECT_TRUE(read_address(kFlash, 3).ar_ready);
  EXPECT_EQ(beat_cycles(20), (std::vector<Cycles>{8, 9, 10}));
}

TEST_F(AxiSlaveTest, BeatsOfASlowMemoryAreSpaced) {
  config.flash.cycles_per_beat = 3;
  BusMemory slow(config);
  MemorySystem slow_system(slow, config);
  AxiSlave slow_slave(slow_system, 8);
  slow_slave.clock({.ar_valid = true, .ar_addr = kFlash, .ar_len = 2, .r_ready = true, .b_ready = true});
  std::vector<Cycles> cycles;
  for (Cycles now = 1; now < 20; ++now) {
    if (slow_slave.reply().r_valid) cycles.push_back(now);
    slow_slave.clock({.r_ready = true, .b_ready = true});
  }
  EXPECT_EQ(cycles, (std::vector<Cycles>{8, 11, 14}));
}

TEST_F(AxiSlaveTest, AFollowingBurstWhoseLatencyHasPassedFollowsDirectly) {
  read_address(kFlash, 4);
  read_address(kFlash + 0x100, 2);
  EXPECT_EQ(beat_cycles(20), (std::vector<Cycles>{8, 9, 10, 11, 12, 13}));
}

TEST_F(AxiSlaveTest, AFollowingBurstWaitsForItsOwnLatency) {
  read_address(kFlash, 1);
  for (int i = 0; i < 4; ++i) step();
  read_address(kFlash, 1);  // in cycle 5
  EXPECT_EQ(beat_cycles(20), (std::vector<Cycles>{8, 13}));
}

TEST_F(AxiSlaveTest, BurstsAreAnsweredInTheOrderOfTheirAddresses) {
  read_address(kFlash, 1, 0);
  read_address(kSram, 1, 1);  // ready earlier, served later
  EXPECT_EQ(beat_cycles(20), (std::vector<Cycles>{8, 9}));
}

TEST_F(AxiSlaveTest, AMasterThatIsNotReadyIsAViolation) {
  EXPECT_THROW(step({.r_ready = false, .b_ready = true}), Error);
  EXPECT_THROW(step({.r_ready = true, .b_ready = false}), Error);
}

TEST_F(AxiSlaveTest, ReadsDeliverIdLastAndData) {
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  memory.write(kSram + 8, bytes);
  read_address(kSram + 8, 2, 1);
  step();
  const AxiReply first = step();
  const AxiReply second = step();
  EXPECT_EQ(first.r_id, 1);
  EXPECT_FALSE(first.r_last);
  EXPECT_EQ(first.r_data[0], 1);
  EXPECT_EQ(first.r_data[7], 8);
  EXPECT_TRUE(second.r_last);
  EXPECT_EQ(second.r_data[0], 9);
}

TEST_F(AxiSlaveTest, WriteDataIsTakenFromTheCycleAfterTheAddress) {
  EXPECT_FALSE(write_address(kSram, 1).w_ready);
  EXPECT_TRUE(step(write_data(0xAB, true)).w_ready);
  EXPECT_EQ(memory.read(kSram, 8), std::vector<std::uint8_t>(8, 0xAB));
}

TEST_F(AxiSlaveTest, WriteResponseComesWriteLatencyCyclesAfterTheLastBeat) {
  write_address(kSram, 1);
  step(write_data(1, true));  // cycle 1
  EXPECT_FALSE(step().b_valid);
  EXPECT_FALSE(step().b_valid);
  const AxiReply reply = step();  // cycle 4
  EXPECT_TRUE(reply.b_valid);
  EXPECT_EQ(reply.b_resp, AxiResponse::kOkay);
  EXPECT_FALSE(step().b_valid);
  EXPECT_TRUE(slave.idle());
}

TEST_F(AxiSlaveTest, StrobesSelectBytes) {
  write_address(kSram, 1);
  step(write_data(0xFF, true, 0b00000110));
  EXPECT_EQ(memory.read(kSram, 4), (std::vector<std::uint8_t>{0, 0xFF, 0xFF, 0}));
}

TEST_F(AxiSlaveTest, AddressesOutsideEveryRegionAnswerWithADecodeError) {
  read_address(0x40000000, 1);
  const AxiReply reply = step();
  EXPECT_TRUE(reply.r_valid);
  EXPECT_EQ(reply.r_resp, AxiResponse::kDecodeError);
}

TEST_F(AxiSlaveTest, FlashRefusesWrites) {
  write_address(kFlash, 1);
  step(write_data(1, true));
  AxiReply reply;
  while (!reply.b_valid) reply = step();
  EXPECT_EQ(reply.b_resp, AxiResponse::kSlaveError);
  EXPECT_EQ(memory.read(kFlash, 1)[0], 0);
}

TEST_F(AxiSlaveTest, InjectedErrorsHitOnlyTheirBusWord) {
  system.inject_error(kSram + 13, AxiResponse::kSlaveError);
  read_address(kSram, 3);
  step();
  EXPECT_EQ(step().r_resp, AxiResponse::kOkay);
  EXPECT_EQ(step().r_resp, AxiResponse::kSlaveError);
  EXPECT_EQ(step().r_resp, AxiResponse::kOkay);
}

TEST_F(AxiSlaveTest, ABurstAcrossA4KiBBoundaryIsAViolation) {
  try {
    read_address(kSram + 4096 - 8, 2);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    EXPECT_STREQ(error.what(),
                 "Bus protocol violation in cycle 0: read burst of 2 beats at 0x20000FF8 crosses a 4 KiB boundary.");
  }
}

TEST_F(AxiSlaveTest, AWithdrawnAddressIsAViolation) {
  system.set_stalls(RandomStalls{.seed = 1, .probability = 0.999});
  step();  // the readiness of this cycle was decided before
  step({.ar_valid = true, .ar_addr = kSram, .r_ready = true, .b_ready = true});
  EXPECT_THROW(step(), Error);
}

TEST_F(AxiSlaveTest, StallsDelayButDeliverTheSameBeats) {
  const std::vector<std::uint8_t> bytes(64, 0x5A);
  memory.write(kSram, bytes);
  system.set_stalls(RandomStalls{.seed = 7, .probability = 0.5});
  AxiRequest request{.ar_valid = true, .ar_addr = kSram, .ar_len = 7, .r_ready = true, .b_ready = true};
  int beats = 0;
  int cycles = 0;
  for (; beats < 8 && cycles < 1000; ++cycles) {
    const AxiReply reply = slave.reply();
    slave.clock(request);
    if (reply.ar_ready) request.ar_valid = false;
    if (reply.r_valid) {
      EXPECT_EQ(reply.r_data[0], 0x5A);
      ++beats;
    }
  }
  EXPECT_EQ(beats, 8);
  EXPECT_GT(cycles, 10);
}

TEST_F(AxiSlaveTest, AReadReturnsWhatTheMemoryHeldWhenItsAddressWasTaken) {
  memory.write(kSram, std::vector<std::uint8_t>(8, 1));
  read_address(kSram, 1);
  memory.write(kSram, std::vector<std::uint8_t>(8, 2));
  step();
  const AxiReply reply = step();
  ASSERT_TRUE(reply.r_valid);
  EXPECT_EQ(reply.r_data[0], 1);
}

TEST_F(AxiSlaveTest, AJobCannotStartOnABusyBus) {
  read_address(kSram, 1);
  EXPECT_THROW(slave.start_job(), Error);
}

TEST_F(AxiSlaveTest, ViolationsAreCountedFromTheFirstCycle) {
  for (int i = 0; i < 5; ++i) step();
  slave.start_job();
  step();
  try {
    read_address(kSram + 4, 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "Bus protocol violation in cycle 6: read address 0x20000004 is not aligned to the bus.");
  }
}

TEST(BusMemoryTest, ExternalMemoryIsWrittenAsSramIs) {
  HwConfig config = small_config();
  config.external = {
      .base = 0x60000000, .bytes = 4096, .read_latency_cycles = 1, .write_latency_cycles = 1, .cycles_per_beat = 1};
  BusMemory memory(config);
  MemorySystem system(memory, config);
  system.write({.address = 0x60000000, .beats = 1, .taken = 0});
  BusBeat data{};
  data.fill(7);
  BusResponse response;
  ASSERT_TRUE(system.write_beat(1, data, 0xFF, response));
  EXPECT_EQ(response.response, AxiResponse::kOkay);
  EXPECT_EQ(memory.read(0x60000000, 8), std::vector<std::uint8_t>(8, 7));
  EXPECT_EQ(memory.region(0x60001000), nullptr);
}

TEST(BusMemoryTest, RefusesAccessAcrossTheEndOfARegion) {
  const HwConfig config = small_config();
  BusMemory memory(config);
  EXPECT_THROW(static_cast<void>(memory.read(config.sram.base + config.sram.bytes - 4, 8)), Error);
  EXPECT_NO_THROW(static_cast<void>(memory.read(config.sram.base + config.sram.bytes - 4, 4)));
}

}  // namespace
}  // namespace systolite
