// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/memory_target.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

// 64-bit bus; flash: 8 cycles to the first beat; SRAM: 2 for reads, 3 for writes.
class MemoryTargetTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }

  Cycles read_cycles(std::uint32_t address, std::size_t bytes) {
    board.run(1000);  // nobody else is on the bus
    Bytes data(bytes);
    const Answer answer = board.cpu.read(address, data);
    EXPECT_EQ(answer.status, tlm::TLM_OK_RESPONSE);
    return answer.delay.value() / board.soc.clock().period().value();
  }

  TestBoard board;
  std::uint32_t flash = board.config.flash.base;
  std::uint32_t sram = board.config.sram.base;
};

TEST_F(MemoryTargetTest, AReadTakesTheLatencyAndOneBeatForEachBusWord) {
  EXPECT_EQ(read_cycles(flash, 4), 8U + 1);
  EXPECT_EQ(read_cycles(flash + 4, 4), 8U + 1);
  EXPECT_EQ(read_cycles(flash + 6, 4), 8U + 2);
  EXPECT_EQ(read_cycles(flash, 64), 8U + 8);
  EXPECT_EQ(read_cycles(sram + 1, 64), 2U + 9);
}

TEST_F(MemoryTargetTest, AWriteTakesTheLatencyOfWrites) {
  EXPECT_EQ(board.cpu.write(sram, Bytes(16)).delay, board.cycles(3 + 2));
}

TEST_F(MemoryTargetTest, TheTimeOfAnAccessIsAddedToTheDelay) {
  EXPECT_EQ(board.cpu.write(sram, Bytes(16), board.cycles(100)).delay, board.cycles(100 + 3 + 2));
}

TEST_F(MemoryTargetTest, OnlyEnabledBytesAreWrittenAndThePatternRepeats) {
  board.contents.write(sram, Bytes{1, 2, 3, 4, 5, 6, 7, 8});
  Bytes data{11, 12, 13, 14, 15, 16, 17, 18};
  const Answer answer = board.cpu.access(tlm::TLM_WRITE_COMMAND, sram, data, sc_core::SC_ZERO_TIME, {0, 0xFF, 0xFF});
  EXPECT_EQ(answer.status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(board.contents.read(sram, 8), (Bytes{1, 12, 13, 4, 15, 16, 7, 18}));
}

TEST_F(MemoryTargetTest, OnlyEnabledBytesAreRead) {
  board.contents.write(sram, Bytes{1, 2, 3, 4});
  Bytes data{90, 91, 92, 93};
  board.cpu.access(tlm::TLM_READ_COMMAND, sram, data, sc_core::SC_ZERO_TIME, {0xFF, 0});
  EXPECT_EQ(data, (Bytes{1, 91, 3, 93}));
}

TEST_F(MemoryTargetTest, FlashRefusesAWriteAndKeepsItsContents) {
  board.contents.write(flash, Bytes{1, 2, 3, 4});
  const Answer answer = board.cpu.write(flash, Bytes{9, 9, 9, 9});
  EXPECT_EQ(answer.status, tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(answer.delay, sc_core::SC_ZERO_TIME);
  EXPECT_EQ(board.contents.read(flash, 4), (Bytes{1, 2, 3, 4}));
}

// Lines of 32 bytes, four bus words, that take 10 cycles each; one line ahead.
class MemoryLineTest : public ::testing::Test {
 protected:
  MemoryLineTest() {
    config.flash.line = MemoryLine{.bytes = 32, .access_cycles = 10, .prefetch_lines = 1};
    board = std::make_unique<TestBoard>(config);
    board->run(0);
  }
  Cycles read_cycles(std::uint32_t offset, std::size_t bytes) {
    Bytes data(bytes);
    const Answer answer = board->cpu.read(config.flash.base + offset, data);
    EXPECT_EQ(answer.status, tlm::TLM_OK_RESPONSE);
    sc_core::sc_start(answer.delay, sc_core::SC_RUN_TO_TIME);
    return answer.delay.value() / board->soc.clock().period().value();
  }
  HwConfig config = small_config();
  std::unique_ptr<TestBoard> board;
};

TEST_F(MemoryLineTest, AReadWaitsForItsLine) {
  EXPECT_EQ(read_cycles(0, 8), 10U + 1);
  EXPECT_EQ(read_cycles(8, 8), 8U + 1);     // the same line: the latency alone
  EXPECT_EQ(read_cycles(256, 8), 10U + 1);  // another one
}

TEST_F(MemoryLineTest, TheNextLineIsReadAhead) {
  EXPECT_EQ(read_cycles(0, 8), 10U + 1);  // line 1 is there from cycle 20 on
  EXPECT_EQ(read_cycles(32, 8), 10U);     // cycles 11 to 20
  board->run(100);
  EXPECT_EQ(read_cycles(64, 8), 8U + 1);
}

TEST_F(MemoryLineTest, ALongReadIsAsFastAsTheLinesCome) {
  // Lines 0 to 3 are there from cycles 10, 20, 30, 40 on, the last four beats move in 40 to 43.
  EXPECT_EQ(read_cycles(0, 128), 44U);
}

TEST(ExternalMemoryTest, AnExternalMemoryIsAnotherTargetOfTheBus) {
  HwConfig config = small_config();
  config.external = MemoryRegion{
      .base = 0x60000000, .bytes = 65536, .read_latency_cycles = 20, .write_latency_cycles = 10, .cycles_per_beat = 4};
  TestBoard board(config);
  board.run(0);
  EXPECT_EQ(board.cpu.write(0x6000FFF0, Bytes(16, 7)).delay, board.cycles(10 + 2 * 4));
  EXPECT_EQ(board.contents.read(0x6000FFFF, 1)[0], 7);
  board.run(100);
  Bytes data(16);
  EXPECT_EQ(board.cpu.read(0x6000FFF0, data).delay, board.cycles(20 + 2 * 4));
  EXPECT_EQ(data, Bytes(16, 7));
}

// Payloads that the helper does not make.
class MemoryPayloadTest : public MemoryTargetTest {
 protected:
  tlm::tlm_response_status send(tlm::tlm_generic_payload& payload) {
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(sram);
    payload.set_data_ptr(data);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    board.cpu.bus->b_transport(payload, delay);
    return payload.get_response_status();
  }
  unsigned char data[8] = {};
};

TEST_F(MemoryPayloadTest, StreamingIsRefused) {
  tlm::tlm_generic_payload payload;
  payload.set_data_length(8);
  payload.set_streaming_width(4);
  EXPECT_EQ(send(payload), tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_F(MemoryPayloadTest, ByteEnablesWithoutALengthAreRefused) {
  unsigned char enable[4] = {0xFF, 0xFF, 0xFF, 0xFF};
  tlm::tlm_generic_payload payload;
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  payload.set_byte_enable_ptr(enable);
  EXPECT_EQ(send(payload), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

TEST_F(MemoryPayloadTest, ThereIsNoDirectMemoryInterface) {
  tlm::tlm_generic_payload payload;
  payload.set_address(sram);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(board.cpu.bus->get_direct_mem_ptr(payload, dmi));
}

}  // namespace
}  // namespace systolite::test
