// SPDX-License-Identifier: Apache-2.0
/* The serial port: received characters go through an interrupt into a buffer, sending waits asleep for room. */
#ifndef UART_H_
#define UART_H_

#include <stdbool.h>
#include <stdint.h>

/* `bit_cycles`: clock cycles of one bit, 1 to 65535. */
void uart_start(uint32_t bit_cycles);

/* Returns when the last character is in the transmit FIFO. */
void uart_write(const char* text, uint32_t bytes);

/* Returns when everything has left. */
void uart_flush(void);

/* The next received character; waits for it asleep. */
char uart_read(void);

/* Whether characters were lost since the last call: more came than there was room for. */
bool uart_overrun(void);

#endif  // UART_H_
