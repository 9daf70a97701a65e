// SPDX-License-Identifier: Apache-2.0
#include "slt_copy.h"

bool slt_copy_params_ok(const slt_copy_params_t* p) { return p->bytes >= 1; }

void slt_copy(const slt_copy_params_t* p, const int8_t* input, int8_t* output) {
  if (input == output) return;
  for (int32_t i = 0; i < p->bytes; ++i) output[i] = input[i];
}
