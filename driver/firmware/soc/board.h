// SPDX-License-Identifier: Apache-2.0
/* The board as the firmware sees it: port of the driver, clock, sleep. Uses the timer and the interrupts of timer and
   accelerator. */
#ifndef BOARD_H_
#define BOARD_H_

#include <stdbool.h>
#include <stdint.h>

#include "slt_board.h"
#include "slt_runtime.h"

/* Placed by the linker; written by the host. */
extern const slt_board_t slt_board;

/* Starts the timer, finds the accelerator, loads the network. */
slt_result_t board_start(slt_t* device, slt_network_t* network);

/* Clock cycles since board_start(); wraps. */
uint32_t board_cycles(void);

/* The same in 64 bits; right as long as it is called once in 2^32 cycles. */
uint64_t board_cycles64(void);

/* One inference, waiting as the board says, with its time limit. `report` may be NULL. */
slt_result_t board_infer(slt_network_t* network, slt_t* device, slt_run_report_t* report);

#endif  // BOARD_H_
