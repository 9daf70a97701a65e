// SPDX-License-Identifier: Apache-2.0
#include "exceptions.h"

void program(void) {
  test_supervisor_calls();
  test_pending();
  test_masks();
  test_sleep();
  test_stacks();
  test_faults();
  test_returns();
  test_float_context();
  test_registers();
}
