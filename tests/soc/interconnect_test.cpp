// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/interconnect.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sim/core/error.h"
#include "slt_soc.h"
#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

class InterconnectTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }

  std::uint32_t flash_end() const { return board.config.flash.base + board.config.flash.bytes; }
  std::uint32_t sram_end() const { return board.config.sram.base + board.config.sram.bytes; }

  TestBoard board;
};

TEST_F(InterconnectTest, TheFirstAndTheLastWordOfAMemoryAnswer) {
  board.contents.write(board.config.flash.base, Bytes{1, 2, 3, 4});
  board.contents.write(flash_end() - 4, Bytes{5, 6, 7, 8});
  std::uint32_t value = 0;
  EXPECT_EQ(board.cpu.read_word(board.config.flash.base, value).status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(value, 0x04030201U);
  EXPECT_EQ(board.cpu.read_word(flash_end() - 4, value).status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(value, 0x08070605U);
  EXPECT_EQ(board.cpu.write_word(board.config.sram.base, 0x11223344).status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(board.cpu.write_word(sram_end() - 4, 0x55667788).status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(board.contents.read(board.config.sram.base, 4), (Bytes{0x44, 0x33, 0x22, 0x11}));
  EXPECT_EQ(board.contents.read(sram_end() - 4, 4), (Bytes{0x88, 0x77, 0x66, 0x55}));
}

TEST_F(InterconnectTest, EveryDeviceAnswersWithItsOwnRegisters) {
  board.write(SLT_SOC_ACCELERATOR_BASE + SLT_SOC_ACCELERATOR_BYTES - 4, 0xA1);
  board.write(SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET, 0xB2);
  board.write(SLT_SOC_UART_BASE + SLT_UART_BIT_CYCLES_OFFSET, 0xC3);
  board.write(SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_ENABLE_OFFSET, 0x4);
  EXPECT_EQ(board.read(SLT_SOC_ACCELERATOR_BASE + SLT_SOC_ACCELERATOR_BYTES - 4), 0xA1U);
  EXPECT_EQ(board.read(SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET), 0xB2U);
  EXPECT_EQ(board.read(SLT_SOC_UART_BASE + SLT_UART_BIT_CYCLES_OFFSET), 0xC3U);
  EXPECT_EQ(board.read(SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_ENABLE_OFFSET), 0x4U);
}

TEST_F(InterconnectTest, AnUnmappedAddressIsAnAddressErrorAndTakesNoTime) {
  const std::uint64_t last_device = SLT_SOC_INTERRUPTS_BASE + SLT_SOC_INTERRUPTS_BYTES;
  const std::vector<std::uint64_t> unmapped = {
      0,          board.config.flash.base - 4,  flash_end(), board.config.sram.base - 4,
      sram_end(), SLT_SOC_ACCELERATOR_BASE - 4, last_device, 0xFFFFFFFC,
      0x120000000};
  for (const std::uint64_t address : unmapped) {
    std::uint32_t value = 0;
    const Answer answer = board.cpu.read_word(address, value, board.cycles(3));
    EXPECT_EQ(answer.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << std::hex << address;
    EXPECT_EQ(answer.delay, board.cycles(3));
    EXPECT_EQ(answer.address, address);
  }
}

TEST_F(InterconnectTest, AnAccessThatLeavesItsRegionIsAnAddressErrorAndMovesNothing) {
  Bytes data(8, 0xEE);
  EXPECT_EQ(board.cpu.write(sram_end() - 4, data).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(board.contents.read(sram_end() - 4, 4), Bytes(4, 0));
  // The next region begins where this one ends: still two targets.
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE - 4, data).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_F(InterconnectTest, TheAddressIsLeftAsItWas) {
  std::uint32_t value = 0;
  EXPECT_EQ(board.cpu.read_word(board.config.sram.base + 0x100, value).address, board.config.sram.base + 0x100);
  EXPECT_EQ(board.cpu.read_word(SLT_SOC_TIMER_BASE + 0xFF0, value).address, SLT_SOC_TIMER_BASE + 0xFF0);
}

TEST_F(InterconnectTest, TheDebugInterfaceReachesEveryTargetWithoutTime) {
  Bytes data{9, 8, 7, 6};
  EXPECT_EQ(board.cpu.debug(tlm::TLM_WRITE_COMMAND, board.config.flash.base + 2, data), 4U);
  EXPECT_EQ(board.contents.read(board.config.flash.base, 7), (Bytes{0, 0, 9, 8, 7, 6, 0}));
  Bytes back(4);
  EXPECT_EQ(board.cpu.debug(tlm::TLM_READ_COMMAND, board.config.flash.base + 2, back), 4U);
  EXPECT_EQ(back, data);
  EXPECT_EQ(board.cpu.debug(tlm::TLM_READ_COMMAND, SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET, back), 4U);
  EXPECT_EQ(back, (Bytes{0xFF, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(board.now(), 0U);
}

TEST_F(InterconnectTest, TheDebugInterfaceStopsAtTheEndOfARegion) {
  Bytes data(16, 0x5A);
  EXPECT_EQ(board.cpu.debug(tlm::TLM_WRITE_COMMAND, sram_end() - 3, data), 3U);
  EXPECT_EQ(board.contents.read(sram_end() - 4, 4), (Bytes{0, 0x5A, 0x5A, 0x5A}));
  EXPECT_EQ(board.cpu.debug(tlm::TLM_READ_COMMAND, sram_end(), data), 0U);
}

TEST_F(InterconnectTest, ATransactionWaitsForTheOneItsTargetServes) {
  // A read of 4 bytes of flash: 8 cycles of latency and one beat.
  std::uint32_t value = 0;
  const std::uint32_t flash = board.config.flash.base;
  EXPECT_EQ(board.cpu.read_word(flash, value).delay, board.cycles(9));
  EXPECT_EQ(board.cpu.read_word(flash, value).delay, board.cycles(18));
  EXPECT_EQ(board.cpu.read_word(flash, value, board.cycles(5)).delay, board.cycles(27));
  EXPECT_EQ(board.cpu.read_word(flash, value, board.cycles(40)).delay, board.cycles(49));
  // Another target is free.
  EXPECT_EQ(board.cpu.read_word(board.config.sram.base, value).delay, board.cycles(3));
}

TEST_F(InterconnectTest, WhatTheTargetServedInThePastDoesNotDelay) {
  std::uint32_t value = 0;
  board.cpu.read_word(board.config.flash.base, value);
  board.run(9);
  EXPECT_EQ(board.cpu.read_word(board.config.flash.base, value).delay, board.cycles(9));
}

TEST_F(InterconnectTest, AMasterThatIsAheadLeavesTheTimeBeforeItToTheOthers) {
  std::uint32_t value = 0;
  const std::uint32_t flash = board.config.flash.base;
  EXPECT_EQ(board.cpu.read_word(flash, value, board.cycles(20)).delay, board.cycles(29));
  EXPECT_EQ(board.cpu.read_word(flash, value, board.cycles(4)).delay, board.cycles(13));
  // 13..20 is free but too short.
  EXPECT_EQ(board.cpu.read_word(flash, value, board.cycles(13)).delay, board.cycles(38));
}

TEST(InterconnectConfigTest, AMemoryOverADeviceIsRefused) {
  HwConfig config = small_config();
  config.sram.base = SLT_SOC_TIMER_BASE & ~0xFFFFFU;
  try {
    TestBoard board(config);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_STREQ(error.what(),
                 "The region accelerator (0x40000000, 4096 bytes) overlaps memory.sram (0x40000000, 262144 bytes) on "
                 "the bus.");
  }
}

TEST(SocTest, ASecondOneAfterTheStartIsRefused) {
  TestBoard first;
  first.run(1);
  try {
    TestBoard second;
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "A SoC cannot be built after a SystemC simulation has started in the same process: build all of them "
                 "before the first one runs.");
  }
  first.run(1);
  EXPECT_EQ(first.now(), 2U);
}

}  // namespace
}  // namespace systolite::test
