// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * What a firmware image of the SoC is told about its board and its network, and where it leaves what it measured. The
 * host that loads the memories writes the first before reset and reads the second after exit. Little-endian words.
 */
#ifndef SLT_BOARD_H_
#define SLT_BOARD_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLT_BOARD_MAGIC UINT32_C(0x42544C53)        /**< "SLTB" */
#define SLT_BOARD_REPORT_MAGIC UINT32_C(0x52544C53) /**< "SLTR" */
#define SLT_BOARD_VERSION UINT32_C(1)
#define SLT_BOARD_TEXT_BYTES 32

/** How the processor waits for the accelerator. */
typedef enum {
  kSltBoardPoll = 0,      /**< It reads the status register. */
  kSltBoardInterrupt = 1, /**< It sleeps (WFI) until the interrupt. */
} slt_board_wait_t;

/** In flash, at the symbol slt_board. */
typedef struct {
  uint32_t magic;
  uint32_t version;
  /** The network (slt_network.h) and the memory regions it uses. */
  uint32_t image_address;
  uint32_t image_bytes;
  uint32_t weights_base;
  uint32_t weights_bytes;
  uint32_t sram_base;
  uint32_t sram_bytes;
  uint32_t wait;           /**< slt_board_wait_t */
  uint32_t timeout_cycles; /**< Of one inference. */
  uint32_t clock_hz;
  /** Of the measuring firmware: the report, slt_board_report_t and its steps, in SRAM. */
  uint32_t report_address;
  uint32_t report_steps; /**< Entries there is room for; 0: no report by step. */
  /** Of the serving firmware. */
  uint32_t buffer_address; /**< Bytes loaded by `db` commands, in SRAM. */
  uint32_t buffer_bytes;
  uint32_t input_format;             /**< slt_input_format_t */
  uint32_t results_format;           /**< slt_results_format_t */
  uint32_t reload_input;             /**< Not 0: a run overwrites its input, so each one starts with making it again. */
  uint32_t uart_bit_cycles;          /**< Clock cycles of one bit on the serial line. */
  char vendor[SLT_BOARD_TEXT_BYTES]; /**< Ends in 0. */
  char model[SLT_BOARD_TEXT_BYTES];  /**< Ends in 0. */
} slt_board_t;

/** slt_step_report_t in the order of the steps. */
typedef struct {
  uint32_t kind;
  uint32_t op_index;
  uint32_t device_cycles;
  uint32_t elapsed_cycles;
  uint32_t wait_cycles;
} slt_board_step_t;

/** What the measuring firmware leaves; a slt_board_step_t for each step follows. Cycles of the timer. */
typedef struct {
  uint32_t magic;
  uint32_t result;      /**< slt_result_t of the run, or of what failed before it. */
  uint32_t steps_done;  /**< As in slt_run_report_t. */
  uint32_t error_cause; /**< SLT_ERROR_* */
  uint32_t error_command;
  uint32_t error_address;
  uint32_t ready_cycle; /**< Timer when the network was loaded, from the entry of main(). */
  uint32_t run_cycles;  /**< slt_network_run(), all of it. */
} slt_board_report_t;

#ifdef __cplusplus
}
#endif

#endif  // SLT_BOARD_H_
