// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/uart.h"

#include <gtest/gtest.h>

#include <string>

#include "slt_soc.h"
#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

constexpr std::uint32_t kData = SLT_SOC_UART_BASE + SLT_UART_DATA_OFFSET;
constexpr std::uint32_t kStatus = SLT_SOC_UART_BASE + SLT_UART_STATUS_OFFSET;
constexpr std::uint32_t kCtrl = SLT_SOC_UART_BASE + SLT_UART_CTRL_OFFSET;
constexpr std::uint32_t kBitCycles = SLT_SOC_UART_BASE + SLT_UART_BIT_CYCLES_OFFSET;
constexpr Cycles kCharacter = 160;  // 10 bits of 16 cycles

class UartTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }
  void run_to(Cycles cycle) { board.run(cycle - board.now()); }
  bool irq() { return board.soc.interrupts[SLT_SOC_UART_INTERRUPT].read(); }
  void print(const std::string& text) {
    for (const char c : text) board.write(kData, static_cast<unsigned char>(c));
  }
  std::string read_all() {
    std::string text;
    while ((board.read(kStatus) & SLT_UART_STATUS_RX_VALID_MASK) != 0) text += static_cast<char>(board.read(kData));
    return text;
  }
  TestBoard board;
};

TEST_F(UartTest, ACharacterLeavesAfterTenBits) {
  print("A");  // cycle 0, on the wire from cycle 1
  run_to(kCharacter);
  EXPECT_EQ(board.printed, "");
  EXPECT_EQ(board.read(kStatus), SLT_UART_STATUS_TX_EMPTY_MASK);
  run_to(kCharacter + 2);
  EXPECT_EQ(board.printed, "A");
  EXPECT_EQ(board.read(kStatus), SLT_UART_STATUS_TX_EMPTY_MASK | SLT_UART_STATUS_TX_IDLE_MASK);
}

TEST_F(UartTest, CharactersLeaveInOrderOneAfterTheOther) {
  print("systolite");
  run_to(1 + 8 * kCharacter + 1);
  EXPECT_EQ(board.printed, "systolit");
  run_to(1 + 9 * kCharacter + 1);
  EXPECT_EQ(board.printed, "systolite");
}

TEST_F(UartTest, TheBaudRateIsThatOfTheRegister) {
  board.write(kBitCycles, 3);
  print("ab");  // cycle 1: on the wire from 2
  run_to(2 + 60 + 1);
  EXPECT_EQ(board.printed, "ab");
  board.write(kBitCycles, 0);
  board.write(kBitCycles, 65536);
  EXPECT_EQ(board.read(kBitCycles), 3U);
}

TEST_F(UartTest, ACharacterForAFullFifoIsDropped) {
  print("0123456789abcdefg");  // one on the wire, 16 in the FIFO
  EXPECT_NE(board.read(kStatus) & SLT_UART_STATUS_TX_FULL_MASK, 0U);
  print("X");
  run_to(20 * kCharacter);
  EXPECT_EQ(board.printed, "0123456789abcdefg");
}

TEST_F(UartTest, AReceivedCharacterIsThereAfterTenBits) {
  board.soc.uart.receive("Hi");
  run_to(kCharacter - 1);
  EXPECT_EQ(board.read(kStatus) & SLT_UART_STATUS_RX_VALID_MASK, 0U);
  run_to(kCharacter);
  EXPECT_NE(board.read(kStatus) & SLT_UART_STATUS_RX_VALID_MASK, 0U);
  EXPECT_EQ(board.read(kData), static_cast<std::uint32_t>('H'));
  EXPECT_EQ(board.read(kData), 0U);
  run_to(2 * kCharacter);
  EXPECT_EQ(board.read(kData), static_cast<std::uint32_t>('i'));
}

TEST_F(UartTest, ACharacterForAFullReceiveFifoIsLostAndTold) {
  board.soc.uart.receive("0123456789abcdefXY");
  run_to(17 * kCharacter - 1);
  EXPECT_EQ(board.read(kStatus) & SLT_UART_STATUS_RX_OVERRUN_MASK, 0U);
  run_to(18 * kCharacter + 1);
  EXPECT_NE(board.read(kStatus) & SLT_UART_STATUS_RX_OVERRUN_MASK, 0U);
  EXPECT_EQ(read_all(), "0123456789abcdef");
  board.write(kStatus, SLT_UART_STATUS_RX_OVERRUN_MASK);
  EXPECT_EQ(board.read(kStatus) & SLT_UART_STATUS_RX_OVERRUN_MASK, 0U);
}

TEST_F(UartTest, TheLineFollowsReceivedCharacters) {
  board.write(kCtrl, SLT_UART_CTRL_RX_IRQ_ENABLE_MASK);
  board.soc.uart.receive("x");
  board.run(kCharacter - 1);
  EXPECT_FALSE(irq());
  board.run(2);
  EXPECT_TRUE(irq());
  board.read(kData);
  board.run(1);
  EXPECT_FALSE(irq());
}

TEST_F(UartTest, TheLineFollowsTheEmptyTransmitFifo) {
  board.write(kCtrl, SLT_UART_CTRL_TX_IRQ_ENABLE_MASK);
  board.run(1);
  EXPECT_TRUE(irq());
  print("ab");  // 'b' waits in the FIFO
  board.run(1);
  EXPECT_FALSE(irq());
  board.run(kCharacter + 1);
  EXPECT_TRUE(irq());
  EXPECT_EQ(board.printed, "a");
}

TEST_F(UartTest, AQuietWireHasNoEvents) {
  print("z");
  board.run(2 * kCharacter);
  EXPECT_FALSE(sc_core::sc_pending_activity());
}

}  // namespace
}  // namespace systolite::test
