// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/interrupt_controller.h"

#include <gtest/gtest.h>

#include "slt_soc.h"
#include "tests/soc/test_board.h"

namespace systolite::test {
namespace {

constexpr std::uint32_t kPending = SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_PENDING_OFFSET;
constexpr std::uint32_t kEnable = SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_ENABLE_OFFSET;
constexpr std::uint32_t kActive = SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_ACTIVE_OFFSET;
constexpr std::uint32_t kClaim = SLT_SOC_INTERRUPTS_BASE + SLT_INTERRUPTS_CLAIM_OFFSET;
constexpr std::uint32_t kAccelerator = 1U << SLT_SOC_ACCELERATOR_INTERRUPT;
constexpr std::uint32_t kTimer = 1U << SLT_SOC_TIMER_INTERRUPT;
constexpr std::uint32_t kUart = 1U << SLT_SOC_UART_INTERRUPT;

class InterruptControllerTest : public ::testing::Test {
 protected:
  void SetUp() override { board.run(0); }
  void raise_accelerator(bool level) { board.write(SLT_SOC_ACCELERATOR_BASE, level ? 1 : 0); }
  void raise_timer() {
    board.write(SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET, 1);
    board.write(SLT_SOC_TIMER_BASE + SLT_TIMER_CTRL_OFFSET,
                SLT_TIMER_CTRL_ENABLE_MASK | SLT_TIMER_CTRL_IRQ_ENABLE_MASK);
  }
  void raise_uart() { board.write(SLT_SOC_UART_BASE + SLT_UART_CTRL_OFFSET, SLT_UART_CTRL_TX_IRQ_ENABLE_MASK); }
  bool cpu_irq() { return board.soc.cpu_irq.read(); }
  TestBoard board;
};

TEST_F(InterruptControllerTest, PendingShowsTheLevelOfEveryLine) {
  EXPECT_EQ(board.read(kPending), 0U);
  raise_accelerator(true);
  board.run(2);
  EXPECT_EQ(board.read(kPending), kAccelerator);
  raise_timer();
  board.run(5);
  EXPECT_EQ(board.read(kPending), kAccelerator | kTimer);
  raise_uart();
  board.run(2);
  EXPECT_EQ(board.read(kPending), kAccelerator | kTimer | kUart);
  raise_accelerator(false);
  board.run(2);
  EXPECT_EQ(board.read(kPending), kTimer | kUart);
}

TEST_F(InterruptControllerTest, OnlyEnabledLinesReachTheProcessor) {
  raise_accelerator(true);
  board.write(kEnable, kTimer | kUart);
  board.run(2);
  EXPECT_FALSE(cpu_irq());
  EXPECT_EQ(board.read(kActive), 0U);
  board.write(kEnable, kAccelerator);
  board.run(2);
  EXPECT_TRUE(cpu_irq());
  EXPECT_EQ(board.read(kActive), kAccelerator);
}

TEST_F(InterruptControllerTest, TheProcessorsLineFallsWithTheLastActiveOne) {
  board.write(kEnable, kAccelerator | kUart);
  raise_accelerator(true);
  raise_uart();
  board.run(2);
  EXPECT_TRUE(cpu_irq());
  raise_accelerator(false);
  board.run(2);
  EXPECT_TRUE(cpu_irq());
  board.write(kEnable, kAccelerator);
  board.run(2);
  EXPECT_FALSE(cpu_irq());
}

TEST_F(InterruptControllerTest, ClaimIsTheLowestActiveLineAndChangesNothing) {
  EXPECT_EQ(board.read(kClaim), 0xFFFFFFFFU);
  board.write(kEnable, kTimer | kUart);
  raise_uart();
  board.run(2);
  EXPECT_EQ(board.read(kClaim), SLT_SOC_UART_INTERRUPT);
  raise_timer();
  board.run(5);
  EXPECT_EQ(board.read(kClaim), SLT_SOC_TIMER_INTERRUPT);
  EXPECT_EQ(board.read(kClaim), SLT_SOC_TIMER_INTERRUPT);
  raise_accelerator(true);  // not enabled
  board.run(2);
  EXPECT_EQ(board.read(kClaim), SLT_SOC_TIMER_INTERRUPT);
}

TEST_F(InterruptControllerTest, LinesThatDoNotExistCannotBeEnabled) {
  board.write(kEnable, 0xFFFFFFFF);
  EXPECT_EQ(board.read(kEnable), kAccelerator | kTimer | kUart);
}

TEST_F(InterruptControllerTest, ReadOnlyRegistersRefuseWrites) {
  for (const std::uint32_t address : {kPending, kActive, kClaim})
    EXPECT_EQ(board.cpu.write_word(address, 1).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

}  // namespace
}  // namespace systolite::test
