// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/register_module.h"

#include <gtest/gtest.h>

#include <vector>

#include "slt_soc.h"
#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

class RegisterModuleTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }
  TestBoard board;
};

TEST_F(RegisterModuleTest, OnlyWholeAlignedWordsAreAccepted) {
  Bytes word(4);
  Bytes half(2);
  Bytes two(8);
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE, word).status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE, half).status, tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE, two).status, tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE + 2, word).status, tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_F(RegisterModuleTest, ADisabledByteIsRefusedAndNothingIsWritten) {
  Bytes data{1, 0, 0, 0};
  const std::uint32_t compare = SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET;
  EXPECT_EQ(board.cpu.access(tlm::TLM_WRITE_COMMAND, compare, data, {}, {0xFF, 0xFF, 0xFF, 0}).status,
            tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  EXPECT_EQ(board.read(compare), SLT_TIMER_COMPARE_RESET);
  EXPECT_EQ(board.cpu.access(tlm::TLM_WRITE_COMMAND, compare, data, {}, {0xFF}).status, tlm::TLM_OK_RESPONSE);
}

TEST_F(RegisterModuleTest, AnOffsetWithoutARegisterIsAnAddressError) {
  Bytes word(4);
  for (const std::uint32_t device : {SLT_SOC_TIMER_BASE, SLT_SOC_UART_BASE, SLT_SOC_INTERRUPTS_BASE}) {
    EXPECT_EQ(board.cpu.read(device + 0x010, word).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(board.cpu.write(device + 0xFFC, word).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
}

TEST_F(RegisterModuleTest, AnAccessBeginsWithACycleAndTakesWholeOnes) {
  Bytes word(4);
  const sc_core::sc_time half(board.soc.clock().period() * 0.5);
  EXPECT_EQ(board.cpu.read(SLT_SOC_TIMER_BASE, word).delay, board.cycles(1));
  EXPECT_EQ(board.cpu.read(SLT_SOC_UART_BASE, word, board.cycles(4) + half).delay, board.cycles(6));
}

TEST_F(RegisterModuleTest, TheDebugInterfaceReadsWithoutSideEffects) {
  board.soc.uart.receive("x");
  board.run(200);
  Bytes word(4);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(board.cpu.debug(tlm::TLM_READ_COMMAND, SLT_SOC_UART_BASE + SLT_UART_DATA_OFFSET, word), 4U);
    EXPECT_EQ(word[0], 'x');
  }
  EXPECT_EQ(board.cpu.debug(tlm::TLM_WRITE_COMMAND, SLT_SOC_UART_BASE + SLT_UART_CTRL_OFFSET, word), 0U);
}

}  // namespace
}  // namespace systolite::test
