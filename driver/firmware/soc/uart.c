// SPDX-License-Identifier: Apache-2.0
#include "uart.h"

#include "mcu.h"
#include "slt_soc.h"

enum { kBufferCharacters = 512 }; /* a power of two */

static struct {
  volatile uint32_t received; /* characters put into the buffer, by the interrupt */
  volatile uint32_t taken;    /* characters taken out of it */
  volatile bool overrun;
  volatile char buffer[kBufferCharacters];
} port;

static uint32_t status(void) { return mcu_read32(SLT_SOC_UART_BASE + SLT_UART_STATUS_OFFSET); }

static void set_ctrl(uint32_t bits) { mcu_write32(SLT_SOC_UART_BASE + SLT_UART_CTRL_OFFSET, bits); }

void mcu_irq2_handler(void) {
  uint32_t flags = status();
  if ((flags & SLT_UART_STATUS_RX_OVERRUN_MASK) != 0U) {
    port.overrun = true;
    mcu_write32(SLT_SOC_UART_BASE + SLT_UART_STATUS_OFFSET, SLT_UART_STATUS_RX_OVERRUN_MASK);
  }
  for (; (flags & SLT_UART_STATUS_RX_VALID_MASK) != 0U; flags = status()) {
    const char c = (char)(mcu_read32(SLT_SOC_UART_BASE + SLT_UART_DATA_OFFSET) & SLT_UART_DATA_CHARACTER_MASK);
    if (port.received - port.taken < kBufferCharacters) {
      port.buffer[port.received % kBufferCharacters] = c;
      ++port.received;
    } else {
      port.overrun = true;
    }
  }
  /* Room in the transmit FIFO has woken the processor, that is all it is for. */
  if ((flags & SLT_UART_STATUS_TX_EMPTY_MASK) != 0U) set_ctrl(SLT_UART_CTRL_RX_IRQ_ENABLE_MASK);
}

void uart_start(uint32_t bit_cycles) {
  mcu_write32(SLT_SOC_UART_BASE + SLT_UART_BIT_CYCLES_OFFSET, bit_cycles);
  set_ctrl(SLT_UART_CTRL_RX_IRQ_ENABLE_MASK);
  mcu_enable_irq(SLT_SOC_UART_INTERRUPT);
}

static void wait_for_empty_fifo(void) {
  mcu_disable_interrupts();
  while ((status() & SLT_UART_STATUS_TX_EMPTY_MASK) == 0U) {
    set_ctrl(SLT_UART_CTRL_RX_IRQ_ENABLE_MASK | SLT_UART_CTRL_TX_IRQ_ENABLE_MASK);
    mcu_sleep();
  }
  mcu_enable_interrupts();
}

void uart_write(const char* text, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; ++i) {
    if ((status() & SLT_UART_STATUS_TX_FULL_MASK) != 0U) wait_for_empty_fifo();
    mcu_write32(SLT_SOC_UART_BASE + SLT_UART_DATA_OFFSET, (uint8_t)text[i]);
  }
}

void uart_flush(void) {
  wait_for_empty_fifo();
  while ((status() & SLT_UART_STATUS_TX_IDLE_MASK) == 0U) {
  }
}

char uart_read(void) {
  mcu_disable_interrupts();
  while (port.received == port.taken) mcu_sleep();
  const char c = port.buffer[port.taken % kBufferCharacters];
  ++port.taken;
  mcu_enable_interrupts();
  return c;
}

bool uart_overrun(void) {
  if (!port.overrun) return false;
  port.overrun = false;
  return true;
}
