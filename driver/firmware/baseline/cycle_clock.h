// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Counts processor cycles: with the cycle counter of the core, or on Cortex-M0+, which has none, with the system timer.
 */
#ifndef CYCLE_CLOCK_H_
#define CYCLE_CLOCK_H_

#include <stdint.h>

void cycle_clock_start(void);

/** Cycles since the start. To be called at least every 2^32 cycles. */
uint64_t cycle_clock(void);

#endif  // CYCLE_CLOCK_H_
