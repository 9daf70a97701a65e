// SPDX-License-Identifier: Apache-2.0
/* Measuring firmware: one inference on the input that is already in memory, a report, and exit. */
#include <stddef.h>

#include "board.h"

#define MAX_STEPS 256 /* of a report by step; longer networks run without one */

static slt_step_report_t steps[MAX_STEPS];

static void copy_steps(slt_board_step_t* to, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    to[i].kind = steps[i].kind;
    to[i].op_index = steps[i].op_index;
    to[i].device_cycles = steps[i].device_cycles;
    to[i].elapsed_cycles = steps[i].elapsed_cycles;
    to[i].wait_cycles = steps[i].wait_cycles;
  }
}

int main(void) {
  static slt_t device;
  static slt_network_t network;
  slt_board_report_t* report = (slt_board_report_t*)slt_board.report_address;
  report->magic = SLT_BOARD_REPORT_MAGIC;
  report->steps_done = 0;
  report->result = (uint32_t)board_start(&device, &network);
  if (report->result != (uint32_t)kSltOk) return 1;
  slt_run_report_t run = {.steps = NULL, .step_capacity = 0};
  if (slt_network_step_count(&network) <= slt_board.report_steps && slt_network_step_count(&network) <= MAX_STEPS) {
    run.steps = steps;
    run.step_capacity = MAX_STEPS;
  }
  report->ready_cycle = board_cycles();
  const uint32_t start = board_cycles();
  report->result = (uint32_t)board_infer(&network, &device, &run);
  report->run_cycles = board_cycles() - start;
  report->steps_done = run.steps_done;
  report->error_cause = run.error.cause;
  report->error_command = run.error.command_index;
  report->error_address = run.error.address;
  if (run.steps != NULL) copy_steps((slt_board_step_t*)(report + 1), run.steps_done);
  return report->result == (uint32_t)kSltOk ? 0 : 1;
}
