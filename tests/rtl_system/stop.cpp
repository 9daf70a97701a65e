// SPDX-License-Identifier: Apache-2.0
// An assertion of the RTL that fires fails the test that runs.
#include <gtest/gtest.h>

#include "verilated.h"

void vl_stop(const char* file, int line, const char* hierarchy) VL_MT_UNSAFE {
  ADD_FAILURE() << "assertion of the RTL in " << hierarchy << " (" << file << ":" << line << ")";
}
