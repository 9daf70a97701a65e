// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The firmware that runs a network on the processor alone and counts its cycles: what it shares with whoever starts it,
 * a simulator or a debugger.
 *
 * One image a core, for any network. Its flash and RAM begin where it was linked:
 *
 *     flash + 0                         the firmware
 *     flash + SLT_BASELINE_IMAGE        the network image (slt_network.h)
 *     flash + SLT_BASELINE_CONSTANTS    the network's flash region, by the caller's choice
 *     RAM + 0                           its variables and stack
 *     RAM + SLT_BASELINE_MAILBOX        slt_baseline_mailbox_t
 *     RAM + SLT_BASELINE_ARENA          the network's arena
 *
 * The caller places the network image and its constants, sets `request`, writes the input to the arena and starts
 * the processor. The firmware ends with semihosting SYS_EXIT_EXTENDED: 0, or what is in `result`.
 */
#ifndef SLT_BASELINE_H_
#define SLT_BASELINE_H_

#include "slt_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLT_BASELINE_IMAGE UINT32_C(0x00010000)
#define SLT_BASELINE_CONSTANTS UINT32_C(0x00030000)
#define SLT_BASELINE_MAILBOX UINT32_C(0x00001000)
#define SLT_BASELINE_ARENA UINT32_C(0x00004000)
#define SLT_BASELINE_MAGIC UINT32_C(0x42544C53) /**< "SLTB" */

enum {
  kSltBaselineMaxSteps = 600,
  kSltBaselineRun = 1,  /**< request: run the network once. */
  kSltBaselineDump = 2, /**< The same, then write mailbox and arena to the file "baseline.ram" by semihosting. */
  /** result, beside those of slt_result_t. */
  kSltBaselineNoRequest = 100,
  kSltBaselineNoDump = 101,
};

typedef struct {
  uint32_t magic;      /**< SLT_BASELINE_MAGIC, by the caller. */
  uint32_t request;    /**< kSltBaseline*, by the caller. */
  uint32_t result;     /**< slt_result_t, or one of the above. */
  uint32_t cycles_low; /**< Of the whole run: slt_network_run(), runtime included. */
  uint32_t cycles_high;
  uint32_t steps_done;
  uint32_t scratch_bytes; /**< Working memory that the kernels of this firmware need. */
  uint32_t reserved;
  slt_step_report_t steps[kSltBaselineMaxSteps]; /**< elapsed_cycles: of the operator. */
} slt_baseline_mailbox_t;

SLT_STATIC_ASSERT(sizeof(slt_baseline_mailbox_t) <= SLT_BASELINE_ARENA - SLT_BASELINE_MAILBOX, "fits its place");

#ifdef __cplusplus
}
#endif

#endif  // SLT_BASELINE_H_
